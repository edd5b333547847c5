// The status as Prometheus reads it (text format 0.0.4): one family after the other, each with its help.
import type { ChannelStatus, StationStatus } from './messages.ts'

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }
type Family = {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly samples: readonly Sample[]
}

/** Empty before the first status. */
export function formatMetrics(status: StationStatus | null): string {
  if (!status) return ''
  return families(status)
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(sample => `${name}${labelsOf(sample)} ${sample.value}\n`).join('')}`,
    )
    .join('')
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const labelsOf = ({ labels }: Sample): string =>
  Object.keys(labels).length === 0
    ? ''
    : `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
        .join(',')}}`

const number = (object: unknown, ...path: string[]): number | null => {
  let value = object
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key]
  return typeof value === 'number' ? value : null
}

type Row = readonly [name: string, type: Family['type'], help: string, ...path: string[]]

/** Of a channel's worker. */
const workerRows: readonly Row[] = [
  ['headend_channel_delay_ms', 'gauge', 'From arrival to the place in the output.', 'delayMs'],
  ['headend_channel_lag_ms', 'gauge', 'How late the encoders began, at worst in the last second.', 'lagMs'],
  ['headend_channel_encode_ms', 'gauge', 'Time of the slowest rendition for one frame.', 'encodeMs'],
  ['headend_channel_sound_ahead_ms', 'gauge', 'Sound before its picture in the output.', 'soundAheadMs'],
  ['headend_channel_frames_shown_total', 'counter', 'Pictures of the source that were shown.', 'frames', 'shown'],
  ['headend_channel_frames_repeated_total', 'counter', 'Places that showed the picture before.', 'frames', 'repeated'],
  ['headend_channel_frames_dropped_total', 'counter', 'Pictures without a place.', 'frames', 'dropped'],
  ['headend_channel_frames_thinned_total', 'counter', 'Frames left out under pressure.', 'thinned'],
  ['headend_channel_frames_skipped_total', 'counter', 'Frames left out because the process did not run.', 'skipped'],
  ['headend_channel_silent_samples_total', 'counter', 'Samples of silence put in.', 'sound', 'silentSamples'],
  ['headend_channel_rss_bytes', 'gauge', 'Memory of the worker.', 'rssBytes'],
  ['headend_channel_cpu_seconds_total', 'counter', 'CPU time of the worker.', 'cpuSeconds'],
]

/** Of each input of a channel. */
const inputRows: readonly Row[] = [
  ['headend_input_clock_ppm', 'gauge', 'The sender’s clock against ours; positive when it is slow.', 'clock', 'ppm'],
  ['headend_input_rtt_ms', 'gauge', 'Round trip of the transport.', 'transport', 'rttMs'],
  ['headend_input_lost_packets_total', 'counter', 'Packets that the transport lost.', 'transport', 'lostPackets'],
]

/** Of each stream of an input. */
const streamRows: readonly Row[] = [
  ['headend_stream_units_total', 'counter', 'Access units and audio frames.', 'units'],
  ['headend_stream_bytes_total', 'counter', 'Bytes of them.', 'bytes'],
  ['headend_stream_jitter_ms', 'gauge', 'Inter-arrival jitter (RFC 3550).', 'jitterMs'],
  ['headend_stream_depth_ms', 'gauge', 'Depth of the jitter buffer.', 'depthMs'],
  ['headend_stream_buffered_units', 'gauge', 'Units in the jitter buffer.', 'buffered'],
  ['headend_stream_key_interval_ms', 'gauge', 'Between the last two key frames.', 'keyIntervalMs'],
  ['headend_stream_damaged_units_total', 'counter', 'Units that could not be decoded whole.', 'damaged'],
  ['headend_stream_late_units_total', 'counter', 'Units that came after a later one had left.', 'jitterBuffer', 'late'],
  ['headend_stream_underruns_total', 'counter', 'Times that the buffer ran empty.', 'jitterBuffer', 'underruns'],
  ['headend_stream_overflow_units_total', 'counter', 'Units dropped for want of room.', 'jitterBuffer', 'overflow'],
]

/** Of the origin. */
const originRows: readonly Row[] = [
  ['headend_origin_viewers', 'gauge', 'Sessions that asked for something in the last seconds.', 'viewers'],
  ['headend_origin_requests_total', 'counter', 'Requests.', 'requests'],
  ['headend_origin_sent_bytes_total', 'counter', 'Bytes of whole answers.', 'sentBytes'],
  ['headend_origin_waiting_requests', 'gauge', 'Requests that wait for a part.', 'waiting'],
  ['headend_origin_spool_failures_total', 'counter', 'Segments that the disk did not take.', 'spool', 'failed'],
]

function families(status: StationStatus): Family[] {
  const { channels, processes } = status
  const rows = (
    list: readonly Row[],
    things: readonly { readonly labels: Record<string, string>; readonly of: unknown }[],
  ): Family[] =>
    list.map(([name, type, help, ...path]) => ({
      name,
      type,
      help,
      samples: things.flatMap(({ labels, of }) => {
        const value = number(of, ...path)
        return value === null ? [] : [{ labels, value }]
      }),
    }))
  const named = channels.map(channel => ({ labels: { channel: channel.name }, channel }))
  const inputs = named.flatMap(({ labels, channel }) =>
    listOf(channel, 'inputs').map(input => ({ labels: { ...labels, input: String(input.name) }, of: input })),
  )
  const streams = inputs.flatMap(({ labels, of }) =>
    ((of.streams as Record<string, unknown>[] | undefined) ?? []).map(stream => ({
      labels: { ...labels, kind: String(stream.kind), codec: String(stream.codec) },
      of: stream,
    })),
  )
  return [
    {
      name: 'headend_channel_up',
      type: 'gauge',
      help: 'Whether the channel makes parts.',
      samples: named.map(({ labels, channel }) => ({ labels, value: channel.state === 'running' ? 1 : 0 })),
    },
    {
      name: 'headend_channel_restarts_total',
      type: 'counter',
      help: 'Workers that were started again.',
      samples: named.map(({ labels, channel }) => ({ labels, value: channel.restarts })),
    },
    ...rows(
      workerRows,
      named.map(({ labels, channel }) => ({ labels, of: channel.worker })),
    ),
    ...rows(inputRows, inputs),
    ...rows(streamRows, streams),
    ...rows(
      originRows,
      named.map(({ labels, channel }) => ({ labels, of: channel.origin })),
    ),
    ...(
      [
        ['headend_process_rss_bytes', 'gauge', 'Memory of a process.', 'rssBytes'],
        ['headend_process_cpu_seconds_total', 'counter', 'CPU time of a process.', 'cpuSeconds'],
        ['headend_process_restarts_total', 'counter', 'Times that it was started again.', 'restarts'],
      ] as const
    ).flatMap(row =>
      rows(
        [row],
        Object.entries(processes).map(([process, of]) => ({ labels: { process }, of })),
      ),
    ),
  ]
}

const listOf = ({ worker }: ChannelStatus, name: string): Record<string, unknown>[] =>
  (worker?.[name] as Record<string, unknown>[] | undefined) ?? []
