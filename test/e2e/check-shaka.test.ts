// What `headend check` says of the manifests that Shaka Packager 3.4.2 itself writes, encrypted, with everything asked for.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { packagerPath } from '../../src/packaging/index.ts'
import { checkFiles, edit, type Files, makePackage, readFolder } from './check-kit.ts'

let shaka: Files
before(async () => {
  await makePackage(async dir => {
    const out = join(dir, 'shaka')
    await mkdir(out)
    const stream = (file: string, id: string, type: string, label: string, more = ''): string =>
      `in=${join(dir, file)},stream=${type},init_segment=${id}/init.mp4,segment_template=${id}/$Number$.m4s,playlist_name=${id}.m3u8,drm_label=${label}${more}`
    // Keys of a test, of nothing that is worth anything.
    const keys = ['AUDIO', 'SD', 'HD'].map(
      (label, i) => `label=${label}:key_id=${`${i + 1}`.repeat(32)}:key=${`${i + 4}`.repeat(32)}`,
    )
    await promisify(execFile)(
      packagerPath()!,
      [
        stream('a1.mp4', 'a', 'audio', 'AUDIO', ',lang=en,hls_group_id=audio,hls_name=English'),
        stream('v2.mp4', 'v90', 'video', 'SD', ',iframe_playlist_name=v90_if.m3u8'),
        stream('v1.mp4', 'v180', 'video', 'HD'),
        stream('v2.mp4', 'trick', 'video', 'SD', ',trick_play_factor=1'),
        ...['--segment_duration=4', '--protection_scheme=cbcs', '--clear_lead=0', '--enable_raw_key_encryption'],
        ...[`--keys=${keys.join(',')}`, '--protection_systems=Widevine,PlayReady,FairPlay,CommonSystem'],
        ...['--hls_key_uri=skd://one-for-all', '--default_language=en', '--generate_static_live_mpd'],
        ...['--hls_master_playlist_output=master.m3u8', '--mpd_output=manifest.mpd'],
      ],
      { cwd: out },
    )
    shaka = await readFolder(out)
  })
})

const rulesOf = async (name: string, files = shaka): Promise<string[]> => [
  ...new Set((await checkFiles(files, name)).findings.map(({ rule }) => rule)),
]

describe('Shaka Packager’s own manifests', () => {
  it('HLS: keys as addresses, one address for all keys, a trick variant, a target duration of one too many', async () => {
    const rules = await rulesOf('master.m3u8')
    for (const rule of ['hls-key-address', 'hls-key-per-kid', 'hls-trick-variant', 'hls-target-tight'])
      assert.ok(rules.includes(rule), `${rule} is not among ${rules.join(', ')}`)
    // What it does right is not reproached.
    for (const rule of [
      'hls-reachable',
      'apple-7.3',
      'apple-8.1',
      'apple-13.7',
      'hls-codecs',
      'hls-key-formats',
      'hls-key-missing',
    ])
      assert.ok(!rules.includes(rule), rule)
  })
  it('DASH: a frame rate that is not reduced, nothing wrong with protection', async () => {
    const rules = await rulesOf('manifest.mpd')
    assert.ok(rules.includes('dash-frame-rate-form'))
    for (const rule of [
      'dash-reachable',
      'dash-kid',
      'dash-scheme',
      'dash-pssh',
      'dash-protection',
      'dash-codecs',
      'dash-trick',
    ])
      assert.ok(!rules.includes(rule), rule)
  })
  const faults: readonly (readonly [rule: string, from: string | RegExp, to: string])[] = [
    ['dash-kid', /cenc:default_KID="11111111/, 'cenc:default_KID="99999999'],
    ['dash-scheme', 'value="cbcs"', 'value="cenc"'],
    ['dash-pssh', /<cenc:pssh>[^<]{20}/, '<cenc:pssh>AAAAAAAAAAAAAAAAAAAA'],
    ['dash-pssh', 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed', 'urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95'],
  ]
  for (const [rule, from, to] of faults)
    it(`finds seeded faults of protection: ${rule} (${to.slice(0, 30)})`, async () => {
      const files = new Map(shaka)
      edit(files, 'manifest.mpd', from, to)
      assert.ok((await rulesOf('manifest.mpd', files)).includes(rule))
    })
  it('finds encrypted media that the manifests call clear', async () => {
    const files = new Map(shaka)
    const mpd = Buffer.from(files.get('manifest.mpd')!).toString()
    files.set(
      'manifest.mpd',
      Buffer.from(mpd.replace(/<ContentProtection\b[^>]*\/>|<ContentProtection\b[\s\S]*?<\/ContentProtection>/g, '')),
    )
    assert.ok((await rulesOf('manifest.mpd', files)).includes('dash-protection'))
    edit(files, 'v180.m3u8', /(#EXT-X-KEY:[^\n]*\n)+/g, '')
    assert.ok((await rulesOf('master.m3u8', files)).includes('hls-key-missing'))
  })
  it('finds keys that FairPlay cannot use', async () => {
    const files = new Map(shaka)
    edit(
      files,
      'v180.m3u8',
      /METHOD=SAMPLE-AES,(?=[^\n]*streamingkeydelivery)/,
      'METHOD=SAMPLE-AES-CTR,IV=0x00000000000000000000000000000001,',
    )
    const rules = await rulesOf('master.m3u8', files)
    assert.ok(rules.includes('apple-13.11') && rules.includes('apple-13.4'), rules.join(', '))
  })
})
