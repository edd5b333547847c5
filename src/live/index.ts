export { type AudioCorrection, AudioDrift, type AudioDriftOptions, audioDriftDefaults } from './audio-drift.ts'
export { AvOffset, type AvOffsetLimits, detectableUs } from './av-offset.ts'
export {
  type ChannelPlan,
  type ChannelRequest,
  type LiveCodec,
  type PlannedAudio,
  type PlannedVideo,
  planChannel,
  type SourceFacts,
} from './channel-plan.ts'
export { type Chunk, type ChunkSample, formatChunk } from './chunk.ts'
export { DecodeGate, type GateReason } from './decode-gate.ts'
export { channelAudioDrift, channelJitter, DelayLine } from './delay-line.ts'
export { Failover, type FailoverReading, type InputHealth, type InputName } from './failover.ts'
export {
  type AudioCodec,
  type Authorize,
  type FeedCue,
  type FeedEvent,
  type FeedTrack,
  type FeedUnit,
  feedCodecs,
  type OpenFeed,
  type PublishRequest,
  type PublishSession,
  type PublishVerdict,
  type TransportFacts,
  type VideoCodec,
} from './feed.ts'
export { decodeFeedEvent, encodeFeedEvent } from './feed-frames.ts'
export { FrameGrid, type GridCounts, type GridFrame, type GridOptions } from './frame-grid.ts'
export { FrameThinner } from './frame-thinner.ts'
export {
  channelName,
  decodeFeedHello,
  decodePosition,
  decodeProgramHello,
  encodeFeedHello,
  encodePosition,
  encodeProgramHello,
} from './hello.ts'
export { importanceOfH264, importanceOfHevc } from './importance.ts'
export { type JitterOptions, jitterDefaults } from './jitter.data.ts'
export {
  type Due,
  JitterBuffer,
  type JitterCounts,
  type JitterState,
  type Pushed,
  type PushOutcome,
} from './jitter-buffer.ts'
export { type Importance, isKey, isPrecious, type MediaUnit, ticksToUs, usToTicks } from './media-unit.ts'
export { type Place, placeOfFrame, placeOfSound, samePlace, videoTicks } from './places.ts'
export {
  type DecodeLevel,
  type PressureAdvice,
  type PressureRow,
  type PressureState,
  pressureRows,
  pressureTimes,
} from './pressure.data.ts'
export { Pressure, type PressureReading } from './pressure.ts'
export {
  type ProgramCue,
  type ProgramEvent,
  type ProgramPart,
  type ProgramPosition,
  type ProgramTiming,
  type ProgramTrack,
  type Ratio,
  segmentDuration,
} from './program.ts'
export { decodeProgramEvent, encodeProgramEvent, ProgramPositionSchema } from './program-frames.ts'
export { type RepairOptions, repairDefaults } from './repair.data.ts'
export { ntpToUs, RtpTimeline } from './rtp-timeline.ts'
export { formatSpliceInsert, type SpliceInsert } from './scte35/format-splice.ts'
export { readSplice, type SpliceMark } from './scte35/splice-cues.ts'
export { type SenderClockOptions, senderClockDefaults } from './sender-clock.data.ts'
export { type ClockEstimate, SenderClock } from './sender-clock.ts'
export { type SourceChange, SourceMonitor, type SourceReading } from './source-monitor.ts'
export {
  type FailoverOptions,
  failoverDefaults,
  outputOf,
  type SourceOptions,
  type SourceOutput,
  type SourceState,
  sourceDefaults,
  sourceTransitions,
} from './source-states.data.ts'
export { TickUnwrapper, timestampBits } from './tick-unwrapper.ts'
export { readTimecode, timecodeCells, timecodeLength } from './timecode-cells.ts'
export { type Repaired, type RepairReason, TimestampRepair } from './timestamp-repair.ts'
export { type ChunkerOptions, type CutPart, TrackChunker } from './track-chunker.ts'
export { WindowedMinimum } from './windowed-minimum.ts'
