// What planColor is asked and what it answers: one color description for a title, and the filters that bring it about.
import type {
  Choice,
  ColorDescription,
  ContentLight,
  FilterStep,
  PlannedHdr,
  VideoStream,
  Warning,
} from '../model/index.ts'

export const dynamicRanges = ['keep', 'sdr', 'hdr10', 'hlg'] as const
/** `keep` never turns HDR into SDR, nor PQ into HLG. */
export type DynamicRange = (typeof dynamicRanges)[number]

export const sdrSpaces = ['keep', 'bt709', 'bt601-525', 'bt601-625', 'bt2020'] as const
/** Primaries and matrix of an SDR output; `keep` keeps those of BT.601, BT.709 and BT.2020 and makes others BT.709. */
export type SdrSpace = (typeof sdrSpaces)[number]

export const toneCurves = ['bt2390', 'hable', 'mobius', 'reinhard', 'clip'] as const
export type ToneCurve = (typeof toneCurves)[number]

export const scaleKernels = ['bicubic', 'lanczos', 'spline', 'bilinear'] as const
export type ScaleKernel = (typeof scaleKernels)[number]

export type Size = { readonly width: number; readonly height: number }

export type ColorRequest = {
  readonly video: VideoStream
  readonly dynamicRange: DynamicRange
  readonly space: SdrSpace
  /** Of Y′CbCr; RGB is written in full range. */
  readonly range: 'limited' | 'full' | 'keep'
  /** FFmpeg's planar name of what the encoder is fed: yuv420p, yuv422p10le, gbrp10le, gray … */
  readonly pixelFormat: string
  readonly toneMap: {
    readonly curve: ToneCurve
    /** The brightest that is shown, cd/m²; else as measured, as stated, or 1000. */
    readonly peakNits?: number | undefined
  }
  /** Hold R′, G′, B′ and Y′ within the range of EBU R 103. */
  readonly legal: boolean
  /** What is scaled: the signal as it is, or light. */
  readonly light: 'gamma' | 'linear'
  readonly kernel: ScaleKernel
  /** MaxCLL and MaxFALL of this source, measured. */
  readonly measuredLight?: ContentLight | undefined
  /** What the encoder can write besides static metadata. */
  readonly encoderHdr: { readonly hdr10Plus: boolean; readonly dolbyVision: readonly number[] }
  /** The picture that reaches `convert`: after crop and rotation. The coded size when left out. */
  readonly size?: { readonly source: Size } | undefined
  /** Frames reach the chain, and leave it, as two fields each. */
  readonly interlaced?: boolean | undefined
}

export type ColorPlan = {
  /** The source's color, complete. */
  readonly used: ColorDescription
  /** Names of the fields that the source does not state. */
  readonly assumed: readonly string[]
  /** What every rendition is in and is tagged as. */
  readonly target: ColorDescription
  readonly hdr: PlannedHdr
  /** Done once, before the fan-out; empty when scaling does all there is to do. */
  readonly convert: readonly FilterStep[]
  /** Per rendition: to this size in pixels and to the target's samples. */
  readonly scale: (width: number, height: number) => readonly FilterStep[]
  /** After `scale`: the encoder's pixel format, and the target's tags on every frame. */
  readonly finish: readonly FilterStep[]
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}
