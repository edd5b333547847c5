// Hands bytes to a process that wants a file: a FIFO that only this user can open, read once and gone.
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HeadendError } from '../core/index.ts'

export interface KeyFifo extends AsyncDisposable {
  readonly path: string
  /**
   * Waits until the process opens it, writes `bytes` and removes it. Returns when they are read or `gone` is aborted, which
   * means that the process has ended. The caller zeroes the bytes.
   */
  readonly hand: (bytes: Uint8Array, gone: AbortSignal) => Promise<void>
}

const POLL_MS = 5

/**
 * Node's own pipes are sockets, which the packager cannot open by a path. Memory-backed folders come first: a FIFO keeps its
 * content in the kernel, and its name should not reach a disk either. @throws {HE_KEY_HANDOVER}
 */
export async function openKeyFifo(): Promise<KeyFifo> {
  if (process.platform === 'win32') throw new HeadendError('HE_KEY_HANDOVER', 'there are no FIFOs on Windows')
  const parent = await access('/dev/shm', constants.W_OK).then(
    () => '/dev/shm',
    () => tmpdir(),
  )
  // mkdtemp makes folders of mode 0700.
  const dir = await mkdtemp(join(parent, 'headend-'))
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true })
  const path = join(dir, 'f')
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', path], { env: { PATH: '/usr/bin:/bin' } })
  } catch (cause) {
    await remove()
    throw new HeadendError('HE_KEY_HANDOVER', 'no FIFO can be made for the keys', { cause })
  }
  return {
    path,
    async hand(bytes, gone) {
      while (!gone.aborted) {
        try {
          // Without a reader this fails at once instead of waiting for ever.
          await using fifo = await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
          await fifo.writeFile(bytes)
          return
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException
          // EPIPE: it has opened the FIFO and ended; its exit says why.
          if (code === 'EPIPE') return
          if (code !== 'ENXIO')
            throw new HeadendError('HE_KEY_HANDOVER', 'the keys cannot be handed over', { cause: error })
          await sleep(POLL_MS)
        }
      }
    },
    [Symbol.asyncDispose]: remove,
  }
}
