// 20,000 mutated playlists, manifests, init segments and segments through our readers, and hundreds through the whole of
// `headend check`: errors with codes only, and soon.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { HeadendError } from '../../src/core/index.ts'
import {
  formatMedia,
  formatMpd,
  formatMultivariant,
  parseIndex,
  parseInit,
  parseMedia,
  parseMpd,
  parseMultivariant,
  parseSegment,
  readKeyRange,
} from '../../src/manifest/index.ts'
import { checkFiles, type Files, makePackage } from '../e2e/check-kit.ts'
import { mutate } from './mutate.ts'

/** Parts of a manifest that decide more than single bytes do, put in place of others. */
const words = [
  '-1',
  '0',
  '999999999999999',
  '1e9',
  '"',
  '<',
  '&',
  'P',
  '/',
  '@',
  '\n',
  '#EXT-X-KEY:METHOD=NONE\n',
  '$Number%099d$',
  '../',
  'NaN',
  '\u0000',
  '#EXTINF:0,\nx\n',
]

/** Replaces a few words or numbers of a text, the same for the same number. */
function mutateText(seed: Uint8Array, n: number): Uint8Array {
  const pieces = Buffer.from(seed)
    .toString('latin1')
    .split(/(\d+|[A-Z-]{3,}|"[^"]*"|[\n<>=,])/)
  for (let k = 0; k < 1 + (n % 3); k++) {
    const at = (n * 7919 + k * 104_729) % pieces.length
    if ((n + k) % 4 === 0) pieces.splice(at, 1)
    else if ((n + k) % 4 === 1) pieces[at] = pieces[(at * 31 + n) % pieces.length]!
    else pieces[at] = words[(n + k * 5) % words.length]!
  }
  return Buffer.from(pieces.join(''), 'latin1')
}

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

describe('mutated presentations', () => {
  let good: Files
  before(async () => {
    good = await makePackage()
  })

  it('20,000 through the readers, and what can be read through the writers', t => {
    const init = parseInit(good.get('v180/init.mp4')!)
    const text = (name: string, through: (text: string) => unknown) =>
      [name, mutateText, (b: Uint8Array) => through(asText(b))] as const
    const seeds = [
      text('master.m3u8', given => formatMultivariant(parseMultivariant(given))),
      text('v180/media.m3u8', given => formatMedia(parseMedia(given))),
      text('v180/iframes.m3u8', given => formatMedia(parseMedia(given))),
      text('manifest.mpd', given => formatMpd(parseMpd(given))),
      ['v180/init.mp4', mutate, parseInit],
      ['a_en/init.mp4', mutate, parseInit],
      [
        'v90/00001.m4s',
        (bytes: Uint8Array, n: number) => mutate(bytes, n),
        (b: Uint8Array) => parseSegment(b, init.defaults),
      ],
      [
        'v180/iframes.mp4',
        (bytes: Uint8Array, n: number) => mutate(bytes, n),
        (b: Uint8Array) => [parseIndex(b), readKeyRange('x', b, init), parseSegment(b, init.defaults)],
      ],
    ] as const
    const counts = new Map<string, number>()
    const started = performance.now()
    for (const [name, change, read] of seeds)
      for (let n = 0; n < 2500; n++) {
        const mutant = n % 5 === 4 ? mutate(good.get(name)!.subarray(0, 8192), n) : change(good.get(name)!, n)
        let outcome = 'read'
        try {
          read(mutant)
        } catch (error) {
          assert.ok(error instanceof HeadendError, `${name} ${n}: ${error instanceof Error ? error.stack : error}`)
          outcome = error.code
        }
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      }
    t.diagnostic(
      `${[...counts].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}; ${((performance.now() - started) / 1000).toFixed(1)} s`,
    )
    assert.ok(counts.get('read')! > 1000 && counts.get('HE_INPUT_DAMAGED')! > 1000, 'both ends happen')
  })

  it('600 through the whole check', async t => {
    const names = [
      'master.m3u8',
      'manifest.mpd',
      'v180/media.m3u8',
      'v90/init.mp4',
      't_0_en/00001.vtt',
      'v180/00002.m4s',
    ]
    const counts = new Map<string, number>()
    for (let n = 0; n < 600; n++) {
      const name = names[n % names.length]!
      const files = new Map(good)
      const change = /\.(?:m3u8|mpd)$/.test(name) ? mutateText : mutate
      files.set(name, change(good.get(name)!, n))
      let outcome: string
      try {
        outcome = (await checkFiles(files, n % 2 === 0 || name === 'master.m3u8' ? 'master.m3u8' : 'manifest.mpd'))
          .status
      } catch (error) {
        assert.ok(error instanceof HeadendError, `${name} ${n}: ${error instanceof Error ? error.stack : error}`)
        outcome = error.code
      }
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    }
    t.diagnostic([...counts].map(([outcome, count]) => `${outcome} ${count}`).join(', '))
    assert.ok(counts.get('fail')! > 100)
  })
})
