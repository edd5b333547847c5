// What can go wrong, by a code that callers may branch on.

/** Stable codes of {@link VmafError}. */
export type VmafErrorCode =
  /** The picture is smaller than 96×80. */
  | 'VMAF_SIZE'
  /** The depth is none of 8, 10 and 12 bit. */
  | 'VMAF_DEPTH'
  /** A plane does not hold the picture it is said to hold. */
  | 'VMAF_PLANE'
  | 'VMAF_MODEL'
  /** An option is out of range. */
  | 'VMAF_OPTION'
  /** This JavaScript engine runs no WebAssembly SIMD, or no shared memory. */
  | 'VMAF_NO_SIMD'
  /** The pictures do not fit into the 4 GiB that WebAssembly addresses. */
  | 'VMAF_MEMORY'
  /** A worker died. */
  | 'VMAF_WORKER'
  /** The meter was closed, or finished, before this call. */
  | 'VMAF_CLOSED'

/** An error with a code, a sentence, and what to do about it. */
export class VmafError extends Error {
  readonly code: VmafErrorCode
  readonly hint: string

  constructor(code: VmafErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'VmafError'
    this.code = code
    this.hint = hint
  }
}
