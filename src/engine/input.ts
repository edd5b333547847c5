// Opens one file for reading, or several that follow each other as one, interruptible at any moment.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { AVSEEK_SIZE } from 'node-av/constants'
import { Dictionary, FormatContext, IOContext } from 'node-av/lib'
import { HeadendError, onAbort } from '../core/index.ts'
import { check, isInvalidData } from './native.ts'

export type OpenInput = AsyncDisposable & { readonly context: FormatContext }

/** The options every input is opened with: nothing but local files, no playlists that name other files. */
export const inputOptions = { protocol_whitelist: 'file' } as const

/**
 * Opens `path`, or the bytes of `parts` in a row as one stream. @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_NOT_MEDIA}
 * {HE_INPUT_UNREADABLE}, or the signal's reason.
 */
export async function openInput(
  path: string,
  { signal, parts }: { signal: AbortSignal; parts?: readonly string[] | undefined },
): Promise<OpenInput> {
  signal.throwIfAborted()
  await using undo = new AsyncDisposableStack()
  const context = new FormatContext()
  // Allocated before it opens: otherwise interrupt() cannot reach a blocked open.
  context.allocContext()
  undo.defer(() => context.closeInput())
  undo.use(onAbort(signal, () => context.interrupt()))
  if (parts) {
    const io = undo.use(openParts(parts))
    context.pb = io.context
  }
  const ret = await context.openInput(
    parts ? '' : path,
    null,
    Dictionary.fromObject({ ...(parts ? {} : inputOptions) }),
  )
  signal.throwIfAborted()
  if (isInvalidData(ret)) throw new HeadendError('HE_INPUT_NOT_MEDIA', `${path} is not a media file that can be read`)
  check(ret, 'HE_INPUT_UNREADABLE', `cannot open ${path}`)
  check(await context.findStreamInfo(), 'HE_INPUT_DAMAGED', `cannot find the streams of ${path}`)
  signal.throwIfAborted()
  const resources = undo.move()
  return { context, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/**
 * A read-only, seekable view of several files in a row. Reads are synchronous on purpose: FFmpeg waits for them on a
 * thread of libuv's pool, and asynchronous ones need a thread of the same pool; a few inputs at once would wait for ever.
 */
function openParts(parts: readonly string[]): Disposable & { context: IOContext } {
  const sizes = parts.map(part => statSync(part).size)
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const total = sizes.reduce((a, b) => a + b, 0)
  let position = 0
  let current = -1
  let handle: number | null = null
  const close = (): void => {
    if (handle !== null) closeSync(handle)
    handle = null
  }

  const read = (size: number): Buffer | null => {
    if (position >= total) return null
    const index = starts.findLastIndex(start => start <= position)
    if (index !== current || handle === null) {
      close()
      handle = openSync(parts[index]!, 'r')
      current = index
    }
    const offset = position - starts[index]!
    const buffer = Buffer.alloc(Math.min(size, sizes[index]! - offset))
    const bytesRead = readSync(handle, buffer, 0, buffer.length, offset)
    position += bytesRead
    return bytesRead > 0 ? buffer.subarray(0, bytesRead) : null
  }
  const seek = (offset: bigint, whence: number): bigint => {
    if (whence & AVSEEK_SIZE) return BigInt(total)
    position = Number(offset) + (whence === 1 ? position : whence === 2 ? total : 0)
    return BigInt(position)
  }
  const context = new IOContext()
  context.allocContextWithCallbacks(1 << 16, 0, read, null, seek)
  return {
    context,
    [Symbol.dispose]() {
      context.freeContext()
      close()
    },
  }
}
