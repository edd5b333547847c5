// A configuration → a running station: addresses, keys and requests made ready.
import { readFile } from 'node:fs/promises'
import { HeadendError, type Log } from '../core/index.ts'
import type { Slate, TestSourceParams } from '../engine/index.ts'
import type { ChannelRequest } from '../live/index.ts'
import type { Address, Tls } from './messages.ts'
import { Station, type StationChannel } from './station.ts'
import type { StationConfig } from './station-config.ts'

const DEFAULT_DVR_SECONDS = 120
const DEFAULT_LATENCY_MS = 800
const END_AFTER_MS = 300_000
const MIN_KEY_BYTES = 16

/** `test:` as a source. */
export const isTestSource = (source: string): boolean => /^test:(\/\/)?$/.test(source)

const testSource: TestSourceParams = {
  width: 1280,
  height: 720,
  frameRate: { num: 30, den: 1 },
  keyFrameEvery: 60,
  bitrateBps: 4_000_000,
  sound: true,
  ppm: 0,
  timecode: true,
}

/** @throws {HE_LIVE_CONFIG} {HE_LIVE_PORT} {HE_INPUT_UNREADABLE} */
export async function openStation(config: StationConfig, directory: string, log: Log): Promise<Station> {
  const { listen = {} } = config
  const tests: { feed: string; source: TestSourceParams }[] = []
  const feedOf = (channel: string, which: string, source: string): string => {
    if (!isTestSource(source)) return source
    const feed = `test/${channel.replaceAll('/', '-')}-${which}`
    tests.push({ feed, source: testSource })
    return feed
  }
  const channels = config.channels
    ? Object.entries(config.channels).map(
        ([name, each]): StationChannel => ({
          name,
          feeds: {
            primary: feedOf(name, 'primary', each.source),
            ...(each.backup === undefined ? {} : { backup: feedOf(name, 'backup', each.backup) }),
          },
          request: requestOf({ ...config, ...each }),
          slate: slateOf(each.slate ?? config.slate),
        }),
      )
    : null
  const rtmp = listen.rtmps
    ? { ...parseAddress(listen.rtmps.address), tls: await readTls(listen.rtmps.tls) }
    : listen.rtmp
      ? parseAddress(listen.rtmp)
      : null
  const http = listen.https
    ? { ...parseAddress(listen.https.address), tls: await readTls(listen.https.tls) }
    : parseAddress(listen.http ?? '127.0.0.1:8080')
  return Station.open({
    rtmp,
    whip: listen.whip ? await whipOf(listen.whip) : null,
    http,
    directory,
    dvrSeconds: config.dvr ?? DEFAULT_DVR_SECONDS,
    record: config.record ?? false,
    targetLatencyMs: config.latency ?? DEFAULT_LATENCY_MS,
    hook: config.publishHook ?? null,
    viewerKey: config.viewerKeyFile === undefined ? null : await readKey(config.viewerKeyFile),
    apiToken: config.apiTokenFile === undefined ? null : trimmed(await readKey(config.apiTokenFile)),
    tests,
    channels,
    common: { request: requestOf(config), slate: slateOf(config.slate) },
    endAfterMs: END_AFTER_MS,
    log,
  })
}

async function whipOf({ address, tls, announce, udp }: NonNullable<NonNullable<StationConfig['listen']>['whip']>) {
  const [first, last] = udp?.split('-').map(Number) ?? []
  if (first !== undefined && !(first > 0 && last! >= first && last! < 65_536))
    throw new HeadendError('HE_LIVE_CONFIG', `${udp} is no range of ports`)
  return {
    ...parseAddress(address),
    ...(tls ? { tls: await readTls(tls) } : {}),
    ...(announce ? { announce } : {}),
    ...(first !== undefined ? { udpPortRange: [first, last!] as const } : {}),
  }
}

/** `host:port`. @throws {HE_LIVE_CONFIG} */
export function parseAddress(text: string): Address {
  const match = /^(.+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65_535) throw new HeadendError('HE_LIVE_CONFIG', `${text} is no address: host:port is one`)
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}

const slateOf = (text: string | undefined): Slate =>
  text === undefined || text === 'last'
    ? { kind: 'last' }
    : text === 'plain'
      ? { kind: 'plain' }
      : { kind: 'image', path: text }

function requestOf(config: Omit<StationConfig, 'channels'>): ChannelRequest {
  const { ladder, codec, preset, size, frameRate, audioKbps, segment, part } = config
  const [width, height] = size?.split('x').map(Number) ?? []
  const [num, den = 1] = frameRate?.split('/').map(Number) ?? []
  return {
    ...(ladder ? { heights: ladder } : {}),
    ...(codec ? { codec } : {}),
    ...(preset ? { preset } : {}),
    ...(width && height ? { size: { width, height } } : {}),
    ...(num ? { frameRate: { num, den } } : {}),
    ...(audioKbps ? { audioBitrateBps: audioKbps * 1000 } : {}),
    ...(segment ? { segmentSeconds: segment } : {}),
    ...(part ? { partSeconds: part } : {}),
  }
}

async function readTls({ keyFile, certFile }: { keyFile: string; certFile: string }): Promise<Tls> {
  return { key: (await read(keyFile)).toString(), cert: (await read(certFile)).toString() }
}

/** A text file ends with a line feed. */
const trimmed = (token: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(token).toString('latin1').trimEnd(), 'latin1')

async function readKey(path: string): Promise<Uint8Array> {
  const key = await read(path)
  if (key.length < MIN_KEY_BYTES)
    throw new HeadendError('HE_LIVE_CONFIG', `${path} has less than ${MIN_KEY_BYTES} bytes; a key has more`)
  return key
}

const read = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new HeadendError('HE_INPUT_UNREADABLE', `${path} cannot be read`, { cause })
  })
