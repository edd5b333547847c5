// VMAF for people with their own frames: planes of luma in, scores out. Nothing is installed, nothing is spawned.
export { VmafError, type VmafErrorCode } from './errors.ts'
export { createMeter, type FrameScore, type Meter, type MeterOptions } from './meter.ts'
export { isModelName, type ModelName, modelNames } from './models.ts'
export type { Plane } from './plane.ts'
export { type Pooled, type PoolOptions, pool, type Stretch } from './pool.ts'
export { type Features, predict, type Scales } from './predict.ts'
export { featureMetrics, type LibvmafPooled, type LibvmafReport, poolAll, toLibvmafReport } from './report.ts'
export { scoreFrames } from './score-frames.ts'
