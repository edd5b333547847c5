// `headend live`: a station on this machine, until Ctrl-C.
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { HeadendError, onAbort } from '../core/index.ts'
import { isTestSource, openStation, readStationConfig, type Station, type StationConfig } from '../station/index.ts'
import type { RunHandler } from './section-options.ts'

type LiveFlags = {
  /** The global option: here it names a file of channels. */
  readonly config?: string
  readonly http?: string
  readonly whip?: string
  readonly ladder?: readonly number[]
  readonly codec?: 'h264' | 'hevc' | 'av1'
  readonly dir?: string
  readonly dvr?: number
  readonly record?: boolean
  readonly slate?: string
  readonly segment?: number
  readonly part?: number
}

/** `headend live [source]` */
export function registerLive(program: Command, run: RunHandler): void {
  const command = program
    .command('live')
    .summary('take live streams in, serve LL-HLS and LL-DASH in several bit rates')
    .description(
      'Listens for publishers (RTMP, Enhanced RTMP, WHIP), makes of each stream a ladder of renditions whose segments begin on the same ' +
        'frames, and serves them as low-latency HLS and DASH from the same chunks. A stream published as rtmp://host/live/KEY is at ' +
        '/live/KEY/master.m3u8 and /live/KEY/manifest.mpd; the live page is at /, the status at /api/status, metrics at /metrics. ' +
        'Source gone: the last picture or a slate stays, the timeline goes on. Runs until Ctrl-C, which ends the channels: they ' +
        'stay as recordings. --config names a file of channels (docs/live.md) instead of a source. With --json it prints { url, rtmp, whip }.',
    )
    .argument('[source]', 'rtmp://HOST:PORT/APP to listen on, or test: for a test picture; none with --whip')
    .option('--whip <host:port>', 'take publishers by WebRTC too, at /whip/live/KEY (WHIP)')
    .option('--http <host:port>', 'where players ask; port 0 takes any free one (default 127.0.0.1:8080)')
    .option(
      '--ladder <heights>',
      'lines of the renditions, e.g. 720p,480p,240p (default: the source’s and two below)',
      parseLadder,
    )
    .option('--codec <name>', 'h264, hevc or av1 (default h264)', parseCodec)
    .option('--dir <path>', 'where segments lie (default headend-live)')
    .option('--dvr <seconds>', 'how far viewers may go back (default 120)', parseNumber(10, 86_400))
    .option('--record', 'keep everything, not only what viewers may go back to')
    .option('--slate <file>', 'picture shown while the source is gone; or `plain` (default: the last picture)')
    .option('--segment <seconds>', 'length of segments and GOPs (default 2)', parseNumber(0.5, 10))
    .option('--part <seconds>', 'length of parts (default 0.2)', parseNumber(0.1, 2))
    .addHelpText(
      'after',
      '\nExamples:\n  headend live rtmp://127.0.0.1:1935/live --ladder 720p,480p,240p --http 127.0.0.1:8080\n' +
        '  headend live test:\n  headend live --config channels.yaml',
    )
  command.action((source: string | undefined) =>
    run(command, null, async ({ signal, log, show }) => {
      const config = await configOf(source, command.optsWithGlobals<LiveFlags>())
      const directory = resolve(config.directory ?? 'headend-live')
      await using station = await openStation(config, directory, log)
      const addresses = addressesOf(station, config)
      show(addresses, [...Object.values(addresses).filter(Boolean), 'Ctrl-C stops it.'].join('\n'))
      await new Promise<void>(done => onAbort(signal, done))
      return 0
    }),
  )
}

async function configOf(source: string | undefined, flags: LiveFlags): Promise<StationConfig> {
  const { config: channels, http, whip, ladder, codec, dir, dvr, record, slate, segment, part } = flags
  if (channels === undefined && source === undefined && whip === undefined)
    throw new HeadendError('HE_USAGE', 'there is nothing to listen on: name a source or a file of channels', {
      hint: 'headend live rtmp://127.0.0.1:1935/live',
    })
  if (channels !== undefined && source !== undefined)
    throw new HeadendError('HE_USAGE', 'a source and --config exclude each other: the file names its sources')
  const file =
    channels !== undefined ? await readStationConfig(channels) : source === undefined ? {} : fromSource(source)
  return {
    ...file,
    listen: {
      ...file.listen,
      ...(http === undefined ? {} : { http }),
      ...(whip === undefined ? {} : { whip: { address: whip } }),
    },
    ...(ladder ? { ladder: [...ladder] } : {}),
    ...(codec ? { codec } : {}),
    ...(dir === undefined ? {} : { directory: dir }),
    ...(dvr === undefined ? {} : { dvr }),
    ...(record ? { record } : {}),
    ...(slate === undefined ? {} : { slate: slate === 'plain' || slate === 'last' ? slate : resolve(slate) }),
    ...(segment === undefined ? {} : { segment }),
    ...(part === undefined ? {} : { part }),
  }
}

function fromSource(source: string): StationConfig {
  if (isTestSource(source)) return { channels: { 'live/test': { source: 'test:' } } }
  const url = URL.parse(source)
  if (url?.protocol !== 'rtmp:')
    throw new HeadendError('HE_USAGE', `${source} is nothing that can be listened on`, {
      hint: 'rtmp://127.0.0.1:1935/live is, and test: for a test picture.',
    })
  return { listen: { rtmp: `${url.hostname}:${url.port || '1935'}` } }
}

function addressesOf({ ports }: Station, { listen = {} }: StationConfig) {
  const hostOf = (address: string | undefined): string => address?.replace(/:\d+$/, '') ?? '127.0.0.1'
  const scheme = listen.https ? 'https' : 'http'
  const rtmpHost = hostOf(listen.rtmps?.address ?? listen.rtmp)
  return {
    url: `${scheme}://${hostOf(listen.https?.address ?? listen.http)}:${ports.http}/`,
    whip: ports.whip
      ? `${listen.whip?.tls ? 'https' : 'http'}://${hostOf(listen.whip?.address)}:${ports.whip}/whip/live/KEY`
      : null,
    rtmp: ports.rtmp ? `${listen.rtmps ? 'rtmps' : 'rtmp'}://${rtmpHost}:${ports.rtmp}/live` : null,
  }
}

function parseLadder(text: string): number[] {
  const heights = text.split(',').map(each => Number(/^\s*(\d{2,4})p?\s*$/.exec(each)?.[1]))
  if (heights.some(height => !(height >= 90 && height <= 4320)))
    throw new InvalidArgumentError('It is a list of lines from 90 to 4320: 720p,480p,240p.')
  return heights
}

function parseCodec(text: string): 'h264' | 'hevc' | 'av1' {
  if (text !== 'h264' && text !== 'hevc' && text !== 'av1') throw new InvalidArgumentError('It is h264, hevc or av1.')
  return text
}

const parseNumber =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= low && value <= high))
      throw new InvalidArgumentError(`It is a number from ${low} to ${high}.`)
    return value
  }
