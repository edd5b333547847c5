// A file of channels (YAML or JSON) → what a station is opened with. docs/live.md has a whole one.
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { HeadendError } from '../core/index.ts'
import { channelName } from '../live/index.ts'

const address = z.string().regex(/^[^:\s]+:\d{1,5}$/, 'an address is host:port')
const heights = z.array(z.number().int().min(90).max(4320)).min(1).max(8)
const Tls = z.strictObject({ keyFile: z.string(), certFile: z.string() })

/** What may be said once for all channels, or for one. */
const common = {
  ladder: heights.optional(),
  codec: z.enum(['h264', 'hevc', 'av1']).optional(),
  preset: z.string().optional(),
  size: z
    .string()
    .regex(/^\d{2,4}x\d{2,4}$/, 'a size is 1920x1080')
    .optional(),
  frameRate: z
    .string()
    .regex(/^\d{1,6}(\/\d{1,6})?$/, 'a frame rate is 25 or 30000/1001')
    .optional(),
  audioKbps: z.number().min(16).max(512).optional(),
  /** `last`, `plain`, or a picture. */
  slate: z.string().optional(),
} as const

/** As it stands in the file. */
export const StationConfig = z.strictObject({
  listen: z
    .strictObject({
      rtmp: address.optional(),
      rtmps: z.strictObject({ address, tls: Tls }).optional(),
      whip: z
        .strictObject({
          address,
          tls: Tls.optional(),
          /** IP addresses at which publishers reach this machine; those of its interfaces when left out. */
          announce: z
            .array(z.union([z.ipv4(), z.ipv6()]))
            .min(1)
            .max(8)
            .optional(),
          /** UDP ports of media: 40000-40100. */
          udp: z
            .string()
            .regex(/^\d{1,5}-\d{1,5}$/, 'UDP ports are 40000-40100')
            .optional(),
        })
        .optional(),
      http: address.optional(),
      https: z.strictObject({ address, tls: Tls }).optional(),
    })
    .optional(),
  directory: z.string().optional(),
  /** Seconds that viewers may go back. */
  dvr: z.number().min(10).max(86_400).optional(),
  record: z.boolean().optional(),
  /** Milliseconds that DASH players are asked to stay behind. */
  latency: z.number().min(300).max(30_000).optional(),
  segment: z.number().min(0.5).max(10).optional(),
  part: z.number().min(0.1).max(2).optional(),
  /** Asked about each publisher. */
  publishHook: z.url({ protocol: /^https?$/ }).optional(),
  /** A file with the key that signs addresses. */
  viewerKeyFile: z.string().optional(),
  /** A file with the token of those who control channels over HTTP. */
  apiTokenFile: z.string().optional(),
  ...common,
  channels: z
    .record(
      channelName,
      z.strictObject({
        /** What a publisher names it: `live/news`; or `test:`. */
        source: z.string(),
        backup: z.string().optional(),
        ...common,
      }),
    )
    .optional(),
})

export type StationConfig = z.infer<typeof StationConfig>

/** Paths in it are taken from where the file lies. @throws {HE_LIVE_CONFIG} */
export async function readStationConfig(path: string): Promise<StationConfig> {
  const wrong = (why: string, cause?: unknown): HeadendError =>
    new HeadendError('HE_LIVE_CONFIG', `${path} ${why}`, cause === undefined ? {} : { cause })
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw wrong('cannot be read', cause)
  })
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: false })
  const [first] = document.errors
  if (first) throw wrong(`line ${lines.linePos(first.pos[0]).line}: ${first.message.split('\n')[0]}`)
  const parsed = StationConfig.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const node = document.getIn(issue.path.slice(0, -1).concat(issue.path.at(-1) ?? []), true) as
      | { range?: readonly number[] }
      | undefined
    const line = node?.range ? `line ${lines.linePos(node.range[0]!).line}: ` : ''
    throw wrong(`${line}${issue.path.join('.') || 'the file'}: ${issue.message}`)
  }
  const near = (file: string): string => resolve(dirname(path), file)
  const slate = (value: string | undefined): { slate?: string } =>
    value === undefined || value === 'last' || value === 'plain'
      ? value
        ? { slate: value }
        : {}
      : { slate: near(value) }
  const { channels, directory, viewerKeyFile, apiTokenFile, listen, ...rest } = parsed.data
  const tls = <T extends { tls: { keyFile: string; certFile: string } }>(each: T): T => ({
    ...each,
    tls: { keyFile: near(each.tls.keyFile), certFile: near(each.tls.certFile) },
  })
  return {
    ...rest,
    ...slate(rest.slate),
    ...(directory === undefined ? {} : { directory: near(directory) }),
    ...(viewerKeyFile === undefined ? {} : { viewerKeyFile: near(viewerKeyFile) }),
    ...(apiTokenFile === undefined ? {} : { apiTokenFile: near(apiTokenFile) }),
    ...(listen
      ? {
          listen: {
            ...listen,
            ...(listen.rtmps ? { rtmps: tls(listen.rtmps) } : {}),
            ...(listen.whip
              ? { whip: { ...listen.whip, ...(listen.whip.tls ? tls({ tls: listen.whip.tls }) : {}) } }
              : {}),
            ...(listen.https ? { https: tls(listen.https) } : {}),
          },
        }
      : {}),
    ...(channels
      ? {
          channels: Object.fromEntries(
            Object.entries(channels).map(([name, each]) => [name, { ...each, ...slate(each.slate) }]),
          ),
        }
      : {}),
  }
}
