// The models by name: which machine, which of the two feature sets, and what happens to the score afterwards.
import { hdMachine, type Machine, phoneCurve, uhdMachine } from './models.data.ts'

/** Every model, in the order of reports. */
export const modelNames = [
  'vmaf_v0.6.1',
  'vmaf_v0.6.1neg',
  'vmaf_4k_v0.6.1',
  'vmaf_4k_v0.6.1neg',
  'vmaf_v0.6.1_phone',
] as const

/** Name of a model, as libvmaf spells it; the phone model is `vmaf_v0.6.1` with its score transform enabled. */
export type ModelName = (typeof modelNames)[number]

/** A model ready to predict with. */
export type Model = {
  readonly name: ModelName
  /** Whether it takes the features without enhancement gain (NEG). */
  readonly neg: boolean
  readonly gamma: number
  readonly rho: number
  /** Linear scaling: index 0 is the score, 1 to 6 the features adm2, motion2, vif scale 0 to 3. */
  readonly slopes: readonly number[]
  readonly intercepts: readonly number[]
  /** Per support vector: its coefficient, then its six scaled features. */
  readonly vectors: Float64Array
  /** p0, p1, p2 of the curve that may only raise a score. */
  readonly curve?: readonly [number, number, number]
}

/** Whether a string names a model. */
export function isModelName(name: string): name is ModelName {
  return (modelNames as readonly string[]).includes(name)
}

const hd = { ...scalingOf(hdMachine), vectors: vectorsOf(hdMachine) }
const uhd = { ...scalingOf(uhdMachine), vectors: vectorsOf(uhdMachine) }

const models: Readonly<Record<ModelName, Model>> = {
  'vmaf_v0.6.1': { name: 'vmaf_v0.6.1', neg: false, ...hd },
  'vmaf_v0.6.1neg': { name: 'vmaf_v0.6.1neg', neg: true, ...hd },
  'vmaf_4k_v0.6.1': { name: 'vmaf_4k_v0.6.1', neg: false, ...uhd },
  'vmaf_4k_v0.6.1neg': { name: 'vmaf_4k_v0.6.1neg', neg: true, ...uhd },
  'vmaf_v0.6.1_phone': { name: 'vmaf_v0.6.1_phone', neg: false, ...hd, curve: phoneCurve },
}

/**
 * The model of that name.
 * @throws RangeError when there is none: names from outside go through `isModelName` first.
 */
export function modelOf(name: ModelName): Model {
  if (!isModelName(name)) throw new RangeError(`unknown VMAF model: ${String(name)}`)
  return models[name]
}

function scalingOf({
  gamma,
  rho,
  slopes,
  intercepts,
}: Machine): Pick<Model, 'gamma' | 'rho' | 'slopes' | 'intercepts'> {
  return { gamma, rho, slopes, intercepts }
}

function vectorsOf(machine: Machine): Float64Array {
  return Float64Array.from(machine.vectors.trim().split(/\s+/), Number)
}
