// A station on free ports with a folder of its own, and what tests ask of it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MediaPlaylist, parseMedia } from '../../src/manifest/index.ts'
import { openStation, type Station, type StationConfig } from '../../src/station/index.ts'
import { quietLog } from './quiet-log.ts'

export type TestStation = AsyncDisposable & {
  readonly station: Station
  readonly http: string
  readonly rtmp: string
  readonly directory: string
}

export async function openTestStation(config: StationConfig): Promise<TestStation> {
  const directory = await mkdtemp(join(tmpdir(), 'headend-station-'))
  const listen = { rtmp: '127.0.0.1:0', http: '127.0.0.1:0', ...config.listen }
  const station = await openStation({ ...config, listen }, directory, quietLog)
  return {
    station,
    directory,
    http: `http://127.0.0.1:${station.ports.http}`,
    rtmp: `rtmp://127.0.0.1:${station.ports.rtmp}/live`,
    async [Symbol.asyncDispose]() {
      await station[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function playlistOf(http: string, path: string): Promise<MediaPlaylist> {
  const response = await fetch(`${http}${path}`)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return parseMedia(await response.text())
}

/** Asks again until it is so. @throws when it is not after so many seconds. */
export async function until(what: string, seconds: number, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    if (await Promise.resolve(isSo()).catch(() => false)) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`not within ${seconds} s: ${what}`)
}
