export { bdRate } from './bd-rate.ts'
export { type CandidateRequest, ladderCandidates, type SizedCandidate } from './candidates.ts'
export { type Cap, capOf, widen } from './cap.ts'
export { type ChosenLadder, type ChosenRung, chooseRungs, type RungWish, type TierName, tiers } from './choose-rungs.ts'
export { compareToFixed } from './compare-fixed.ts'
export { costLadder, LadderPrices } from './cost.ts'
export { fitCurve, type Probe, type QualityCurve } from './curve.ts'
export { type TableRung, tableRungs } from './fixed-ladder.data.ts'
export { type LadderRequest, planFixedLadder, type Rung } from './fixed-ladder.ts'
export { hullAt, type RatePoint, undominated, upperHull } from './hull.ts'
export { chooseShotSettings, type ShotSpan, type SpanProbe, spansOf } from './per-shot.ts'
export {
  chooseSample,
  estimateTitle,
  type PieceFigures,
  type Sample,
  type SamplePiece,
  type TitleFigures,
} from './sampling.ts'
export {
  type Candidate,
  type HullPoint,
  hullOf,
  nextProbes,
  type Probed,
  type SearchSpace,
  worthwhile,
} from './search.ts'
export { chooseSegmentSeconds, type SegmentChoice } from './segments.ts'
