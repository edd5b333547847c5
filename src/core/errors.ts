// The one error type of Headend and the one table of its codes. Every code has a chapter in docs/errors.md.

export type ErrorInfo = {
  /** Process exit code: 2 bad usage or input, 3 internal; 130 is cancellation. */
  readonly exit: 2 | 3 | 130
  /** HTTP status when the error crosses the API. */
  readonly http: number
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean
  /** What the reader can do about it, one sentence. */
  readonly hint: string
}

const info = (exit: 2 | 3 | 130, http: number, hint: string, retryable = false): ErrorInfo => ({
  exit,
  http,
  retryable,
  hint,
})

export const errorTable = {
  HE_USAGE: info(2, 400, 'Run the command with --help to see its arguments.'),
  HE_CONFIG_INVALID: info(2, 400, 'Run `headend config --show` to see each value and where it came from.'),
  HE_INPUT_NOT_FOUND: info(2, 404, 'Check the path; relative paths start at the current directory.'),
  HE_INPUT_UNREADABLE: info(2, 403, 'Check that the file is a regular file and that you may read it.'),
  HE_INPUT_EMPTY: info(2, 422, 'The file has no bytes or no media in it; export it again.'),
  HE_INPUT_NOT_MEDIA: info(2, 422, 'Its content is not a known media format, whatever its name says.'),
  HE_INPUT_TRUNCATED: info(2, 422, 'The file ends before its index says it should; copy or export it again.'),
  HE_INPUT_DAMAGED: info(2, 422, 'Parts of the stream cannot be decoded; export it again or repair it first.'),
  HE_INPUT_NO_TRACK: info(2, 422, 'Run `headend probe` to see which tracks the file has.'),
  HE_INPUT_UNSUPPORTED: info(
    2,
    422,
    'Run `headend probe` to see what the file holds; convert it to a supported form first.',
  ),
  HE_QC_PROFILE: info(2, 422, '`headend qc --show-profile ott` prints a whole profile to start from.'),
  HE_FETCH_FAILED: info(2, 502, 'Check the address; `curl -I` shows what the server answers.', true),
  HE_FETCH_REFUSED: info(2, 422, 'Only http and https are fetched, in bounded size and with few redirects.'),
  HE_OUTPUT_EXISTS: info(2, 409, 'Choose another output or pass --force to replace it.'),
  HE_OUTPUT_UNWRITABLE: info(2, 403, 'Choose a directory that you may write to.'),
  HE_OUTPUT_FULL: info(2, 507, 'Free some space on the output or the temporary disk and run it again.', true),
  HE_PLAN_IMPOSSIBLE: info(2, 422, 'The message names the nearest setting that is possible.'),
  HE_COMPARE_IMPOSSIBLE: info(2, 422, 'The two files must show the same pictures at the same times.'),
  HE_LADDER_IMPOSSIBLE: info(2, 422, 'Use the fixed ladder: `--ladder fixed`.'),
  HE_LADDER_INVALID: info(
    2,
    400,
    'A ladder is { "rungs": [{ "width": 1280, "height": 720, "crf": 23 }] }; `headend ladder --json` prints one.',
  ),
  HE_PLAN_INVALID: info(2, 400, 'Make the plan with `headend plan --json`; do not edit its structure by hand.'),
  HE_OPTION_UNKNOWN: info(3, 500, 'The media engine has no such option; please report it with the plan.'),
  HE_ENCODER_FAILED: info(3, 500, 'Run `headend doctor` to see which encoders work here.', true),
  HE_ENCODER_NONE: info(3, 501, 'Run `headend doctor`: no candidate encoder for this codec works on this machine.'),
  HE_FILTER_FAILED: info(3, 500, 'Please report it with the plan; the message names the filter.'),
  HE_VMAF_ENGINE: info(2, 422, 'Leave out --vmaf-engine: Headend scores by itself, with the same numbers.'),
  HE_VMAF_FAILED: info(3, 500, 'Please report it with the log; --vmaf-model off measures without VMAF.'),
  HE_MUX_FAILED: info(3, 500, 'Please report it with the plan and the log.'),
  HE_ENGINE_CRASHED: info(
    3,
    500,
    'The media engine died; nothing was half-written. Run it again with --log-level debug and report it.',
    true,
  ),
  HE_ENGINE_MISSING: info(3, 501, 'The node-av platform package is missing; run `npm ci` without --omit=optional.'),
  HE_GRAPH_INVALID: info(3, 500, 'The graph does not fit together; please report it with the plan.'),
  HE_GRAPH_STALLED: info(3, 500, 'A node stopped producing output; the message names it.', true),
  HE_PACKAGER_FAILED: info(3, 500, 'Shaka Packager refused the streams; its last lines are in the details.'),
  HE_PACKAGER_MISSING: info(3, 501, 'The shaka-packager npm package has no binary for this platform.'),
  HE_PSSH_INVALID: info(2, 422, 'The message names the field; make the header again with the tool that it came from.'),
  HE_CPIX_INVALID: info(2, 422, 'The message names the element and the rule of CPIX that it breaks.'),
  HE_KEY_MISSING: info(2, 404, 'Run `headend keys list` to see which keys there are.'),
  HE_KEY_STORE_INVALID: info(2, 422, 'Restore the store from a backup; it is never repaired by guessing.'),
  HE_KEY_STORE_LOCKED: info(
    2,
    403,
    'Check who owns the key files, that only the owner may read them, and which KEK is given.',
  ),
  HE_KEY_SERVER_FAILED: info(3, 502, 'The key server could not be reached or failed; try again.', true),
  HE_KEY_SERVER_REFUSED: info(2, 422, 'The message is what the key server answered; nothing was encrypted.'),
  HE_PREVIEW_PORT: info(2, 409, 'The port is taken; pass another --port or leave it out.', true),
  HE_LIVE_PORT: info(2, 409, 'The port is taken or reserved; choose another one, or 0 for any that is free.', true),
  HE_LIVE_CONFIG: info(2, 422, 'The message names the line; docs/live.md has a whole example.'),
  HE_KEY_INVALID: info(2, 422, 'A content key has 16 bytes, a key id 32 hex digits, and each label one key.'),
  HE_KEY_HANDOVER: info(3, 500, 'Encryption needs mkfifo and a folder for temporary files that takes FIFOs.'),
  HE_LICENCE_DENIED: info(2, 403, 'Ask for a new token; it must name every key and system that is asked for.'),
  HE_LICENCE_REQUEST: info(2, 400, 'Send the player’s licence request as it is, to the path of its system.'),
  HE_LICENCE_RATE: info(2, 429, 'Wait as long as Retry-After says.', true),
  HE_LICENCE_VENDOR: info(3, 502, 'Check the vendor’s address and credentials in the setup of the proxy.', true),
  HE_CANCELLED: info(130, 499, 'It was stopped on request; nothing half-made was left behind.', true),
  HE_INTERNAL: info(3, 500, 'This is a bug in Headend; please report it with --log-level debug output.'),
} as const satisfies Record<string, ErrorInfo>

export type ErrorCode = keyof typeof errorTable

export type HeadendErrorOptions = {
  readonly cause?: unknown
  /** Data for machines; no prose, no secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Replaces the table's hint where a better one is known. */
  readonly hint?: string
}

/** A failure with a stable code, a sentence for people and a hint. */
export class HeadendError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: HeadendErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HeadendError'
    this.code = code
    this.hint = options.hint ?? errorTable[code].hint
    this.details = options.details ?? {}
  }

  /** Process exit code of this error's code. */
  get exitCode(): number {
    return errorTable[this.code].exit
  }

  /** What may cross a process or an API: no stack, no cause. */
  toJSON(): { code: ErrorCode; message: string; hint: string; details: Readonly<Record<string, unknown>> } {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details }
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value)
}
