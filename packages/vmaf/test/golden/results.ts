// Results of libvmaf: from its JSON report to the compact form that lies in this folder, and from that to the names of Headend.
import { isModelName, type ModelName } from '../../src/models.ts'
import type { Features, Scales } from '../../src/predict.ts'
import type { PlaneShape } from './planes.ts'

/** One value for each model that was run: of the golden pairs all but 4K NEG, of the crops all. */
export type PerModel<T> = Readonly<Partial<Record<ModelName, T>>>

/** What libvmaf says about a frame. */
export type GoldenFrame = {
  readonly features: Features
  /** Motion to the frame before. */
  readonly sad: number
  readonly scores: PerModel<number>
}

/** libvmaf's pooling of the scores of one model. */
export type GoldenPool = {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly harmonicMean: number
}

/** What is known about a pair. */
export type GoldenResult = {
  readonly frames: readonly GoldenFrame[]
  readonly pooled: PerModel<GoldenPool>
}

/** A result as it lies in this folder: shape, column names, one row a frame, per model min, max, mean, harmonic mean. */
export type StoredResult = PlaneShape & {
  readonly id: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly number[])[]
  readonly pooled: PerModel<readonly [number, number, number, number]>
}

/** Names libvmaf gives the features that matter here, in the order they are stored in; the models follow. */
const featureColumns: readonly string[] = [
  ...['', '_egl_1'].flatMap(neg => [`integer_adm2${neg}`, ...fourOf(scale => `integer_adm_scale${scale}${neg}`)]),
  ...['', '_egl_1'].flatMap(neg => fourOf(scale => `integer_vif_scale${scale}${neg}`)),
  ...['integer_motion2', 'VMAF_integer_feature_motion_sad_score'],
]

/** libvmaf's report in stored form, with the scores of all models of Headend that it names. */
export function storeReport(report: string, shape: PlaneShape & { readonly id: string }): StoredResult {
  const { frames, pooled_metrics } = JSON.parse(report) as {
    frames: { metrics: Record<string, number> }[]
    pooled_metrics: Record<string, { min: number; max: number; mean: number; harmonic_mean: number }>
  }
  const models = Object.keys(pooled_metrics).filter(isModelName)
  const columns = [...featureColumns, ...models]
  return {
    ...shape,
    columns,
    rows: frames.map(({ metrics }) => columns.map(column => metrics[column]!)),
    pooled: perModel(models, model => {
      const { min, max, mean, harmonic_mean } = pooled_metrics[model]!
      return [min, max, mean, harmonic_mean] as const
    }),
  }
}

/** A stored result as JSON: one line a frame. */
export function formatResult({ rows, ...rest }: StoredResult): string {
  const table = rows.map(row => JSON.stringify(row)).join(',\n')
  return `${JSON.stringify(rest).slice(0, -1)},"rows":[\n${table}\n]}`
}

/** A stored result under the names of Headend. */
export function resultOf({ columns, rows, pooled }: StoredResult): GoldenResult {
  const models = columns.filter(isModelName)
  const frames = rows.map(row => {
    const value = (column: string): number => {
      const found = row[columns.indexOf(column)]
      if (found === undefined) throw new Error(`golden result without ${column}`)
      return found
    }
    const scales = (name: string, neg = ''): Scales => fourOf(scale => value(`integer_${name}_scale${scale}${neg}`))
    const features: Features = {
      adm2: value('integer_adm2'),
      adm2Neg: value('integer_adm2_egl_1'),
      admScales: scales('adm'),
      admScalesNeg: scales('adm', '_egl_1'),
      motion2: value('integer_motion2'),
      vif: scales('vif'),
      vifNeg: scales('vif', '_egl_1'),
    }
    return { features, sad: value('VMAF_integer_feature_motion_sad_score'), scores: perModel(models, value) }
  })
  const poolOf = (model: ModelName): GoldenPool => {
    const [min, max, mean, harmonicMean] = pooled[model]!
    return { min, max, mean, harmonicMean }
  }
  return { frames, pooled: perModel(models, poolOf) }
}

function fourOf<T>(make: (scale: number) => T): [T, T, T, T] {
  return [make(0), make(1), make(2), make(3)]
}

function perModel<T>(models: readonly ModelName[], make: (model: ModelName) => T): PerModel<T> {
  return Object.fromEntries(models.map(model => [model, make(model)]))
}
