// `headend vmaf` as its users have it: against another libvmaf where there is one, in every form of output, and broken on purpose.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { vmaf } from '../../src/index.ts'
import { makeClip } from '../media/make-media.ts'
import { chromiumPath } from './play.ts'

const run = promisify(execFile)
const bin = join(import.meta.dirname, '../../bin/headend.js')
/** An ffmpeg with libvmaf; Debian's has none. */
const libvmaf = process.env.HEADEND_LIBVMAF_FFMPEG
const withoutLibvmaf = libvmaf ? false : 'no ffmpeg with libvmaf; name one in HEADEND_LIBVMAF_FFMPEG'

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

async function headend(...args: string[]): Promise<Outcome> {
  return await run(process.execPath, [bin, ...args], { maxBuffer: 2 ** 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

/** Detail, motion, grain and a cut, so that no metric has an easy answer. */
const film = (size: string, frames: number, format = 'yuv420p', extra = ''): string =>
  `testsrc2=s=${size}:r=25,noise=alls=12:allf=t:all_seed=7,trim=end_frame=${frames},format=${format}${extra}`

let dir: string
let clip: Readonly<Record<'reference' | 'distorted' | 'small' | 'deep' | 'slow' | 'short' | 'tall', string>>

before(
  async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-vmaf-test-'))
    const at = (name: string): string => join(dir, name)
    const lossless = { name: 'ffv1', options: {} }
    const x264 = (crf: number) => ({ name: 'libx264', options: { preset: 'veryfast', crf } })
    const make = (
      name: string,
      video: string,
      videoEncoder: { name: string; options: Record<string, string | number> },
    ) => makeClip(at(name), { video, videoEncoder, ...(name.endsWith('.mkv') ? { format: 'matroska' } : {}) })
    clip = {
      reference: await make('reference.mkv', film('320x240', 40), lossless),
      distorted: await make('distorted.mp4', film('320x240', 40), x264(34)),
      small: await make('small.mp4', film('320x240', 40, 'yuv420p', ',scale=160:120:flags=bicubic'), x264(24)),
      deep: await make('deep.mkv', film('320x240', 40, 'yuv420p10le'), lossless),
      slow: await makeClip(at('slow.mp4'), {
        video: film('320x240', 20).replaceAll('r=25', 'r=30'),
        frameRate: '30/1',
      }),
      short: await make('short.mp4', film('320x240', 30), x264(34)),
      tall: await make('tall.mp4', film('240x320', 10), x264(34)),
    }
  },
  { timeout: 120_000 },
)
after(() => rm(dir, { recursive: true, force: true }))

type Log = {
  readonly frames: { readonly frameNum: number; readonly metrics: Record<string, number> }[]
  readonly pooled_metrics: Record<
    string,
    { readonly min: number; readonly max: number; readonly mean: number; readonly harmonic_mean: number }
  >
}

/** What libvmaf itself says, by its own ffmpeg. */
async function oracle(reference: string, distorted: string, filters: string, subsample = 1): Promise<Log> {
  const log = join(dir, 'oracle.json')
  const models = ['vmaf_v0.6.1', 'vmaf_v0.6.1neg', 'vmaf_4k_v0.6.1']
    .map(name => `version=${name}\\:name=${name}`)
    .join('|')
  const graph = `[0:v]settb=1/25,setpts=N${filters}[a];[1:v]settb=1/25,setpts=N${filters.replace(/,scale=[^,]*/, '')}[b];[a][b]libvmaf=log_fmt=json:log_path=${log}:n_subsample=${subsample}:model='${models}'`
  await run(libvmaf!, ['-v', 'error', '-y', '-i', distorted, '-i', reference, '-lavfi', graph, '-f', 'null', '-'])
  return JSON.parse(await readFile(log, 'utf8')) as Log
}

describe('headend vmaf', { timeout: 240_000 }, () => {
  it('prints what every metric says, and libvmaf’s layout with --json', async () => {
    const text = await headend('vmaf', clip.reference, clip.distorted)
    assert.equal(text.code, 0, text.stderr)
    assert.match(text.stdout, /^VMAF \d+\.\d\d {2}vmaf_v0\.6\.1/)
    for (const name of ['VMAF NEG', 'PSNR-Y', 'PSNR weighted', 'SSIM-Y', 'XPSNR-Y', 'worst second', 'harmonic mean'])
      assert.ok(text.stdout.includes(name), `${name} in ${text.stdout}`)

    const { code, stdout } = await headend(
      'vmaf',
      clip.reference,
      clip.distorted,
      '--json',
      '--also',
      'vmaf_v0.6.1_phone',
    )
    assert.equal(code, 0)
    const log = JSON.parse(stdout) as Log & {
      headend: { vmaf: { score: { mean: number } }; models: Record<string, number> }
    }
    assert.equal(log.frames.length, 40)
    assert.deepEqual(
      log.frames.map(({ frameNum }) => frameNum),
      log.frames.map((_, i) => i),
    )
    const wanted = [
      'vmaf',
      'vmaf_neg',
      'vmaf_v0.6.1_phone',
      'integer_adm2',
      'integer_motion2',
      'integer_vif_scale3',
      'psnr_y',
      'ssim_y',
      'xpsnr_y',
    ]
    for (const name of wanted) {
      assert.ok(
        log.frames.every(({ metrics }) => Number.isFinite(metrics[name])),
        name,
      )
      assert.ok(log.pooled_metrics[name], name)
    }
    assert.ok(Math.abs(log.pooled_metrics.vmaf!.mean - log.headend.vmaf.score.mean) < 1e-4)
    assert.ok(log.headend.models['vmaf_v0.6.1_phone']! > log.headend.vmaf.score.mean, 'small screens forgive')

    const csv = await headend('vmaf', clip.reference, clip.distorted, '--csv', '--every', '4')
    const lines = csv.stdout.trim().split('\n')
    assert.match(lines[0]!, /^frame,time_s,.*vmaf/)
    assert.deepEqual(
      lines.slice(1).map(line => line.split(',')[0]),
      ['0', '4', '8', '12', '16', '20', '24', '28', '32', '36'],
    )
  })

  it('says what libvmaf says, frame by frame', { skip: withoutLibvmaf }, async () => {
    for (const [reference, distorted, options, filters] of [
      [clip.reference, clip.distorted, {}, ',format=yuv420p'],
      [clip.reference, clip.distorted, { every: 3 }, ',format=yuv420p'],
      [clip.reference, clip.small, {}, ',scale=320:240:flags=bicubic,format=yuv420p'],
    ] as const) {
      const { frames } = await vmaf(reference, distorted, { options: { ...options, alsoModels: ['vmaf_4k_v0.6.1'] } })
      const theirs = await oracle(reference, distorted, filters, 'every' in options ? options.every : 1)
      assert.deepEqual(
        frames.frames.map(({ frameNum }) => frameNum),
        theirs.frames.map(({ frameNum }) => frameNum),
      )
      // Scaling is done by two versions of swscale: what comes out may differ by a code value here and there.
      const near = distorted === clip.small ? 0.05 : 1e-5
      for (const [i, { metrics }] of frames.frames.entries()) {
        const other = theirs.frames[i]!.metrics
        for (const [ours, name] of [
          ['vmaf', 'vmaf_v0.6.1'],
          ['vmaf_neg', 'vmaf_v0.6.1neg'],
          ['vmaf_4k_v0.6.1', 'vmaf_4k_v0.6.1'],
        ] as const)
          assert.ok(
            Math.abs(metrics[ours]! - other[name]!) < near,
            `frame ${i}: ${name} ${metrics[ours]} and ${other[name]}`,
          )
      }
    }
  })

  it('lets a named ffmpeg score the same pictures', { skip: withoutLibvmaf }, async () => {
    for (const reference of [clip.reference, clip.deep]) {
      const { comparison } = await vmaf(reference, clip.distorted)
      const by = await vmaf(reference, clip.distorted, { options: { engine: libvmaf! } })
      assert.match(by.comparison.vmaf.engine, /libvmaf in ffmpeg/)
      assert.ok(Math.abs(comparison.vmaf.score.mean - by.comparison.vmaf.score.mean) < 1e-4)
      assert.ok(Math.abs(comparison.vmaf.negScore!.mean - by.comparison.vmaf.negScore!.mean) < 1e-4)
      assert.deepEqual(comparison.psnrY, by.comparison.psnrY)
    }
    assert.deepEqual(
      (await readdir(tmpdir())).filter(
        name => name.startsWith('headend-vmaf-') && !name.includes('test') && !name.includes('pack'),
      ),
      [],
      'nothing of it stays in the folder for temporary files',
    )
  })

  it('finds identical pictures identical, and one depth like the other', async () => {
    const copy = join(dir, 'copy.mkv')
    await copyFile(clip.reference, copy)
    const same = (await vmaf(clip.reference, copy)).comparison
    assert.equal(same.psnrY.mean, 100)
    assert.equal(same.ssimY.min, 1)
    assert.ok(same.vmaf.score.mean > 97, `${same.vmaf.score.mean}`)
    assert.ok(Math.abs(same.vmaf.score.mean - same.vmaf.negScore!.mean) < 0.01)
    const eight = (await vmaf(clip.reference, clip.distorted)).comparison.vmaf.score.mean
    const ten = (await vmaf(clip.deep, clip.distorted)).comparison
    assert.equal(ten.plan.pixelFormat, 'yuv420p10le')
    assert.ok(Math.abs(eight - ten.vmaf.score.mean) < 1.5, `${eight} and ${ten.vmaf.score.mean}`)
  })

  it('compares at either size, and what is shorter as far as it goes', async () => {
    const shown = (await vmaf(clip.reference, clip.small)).comparison
    const coded = (await vmaf(clip.reference, clip.small, { options: { at: 'output' } })).comparison
    assert.deepEqual([shown.plan.width, coded.plan.width], [320, 160])
    assert.ok(
      coded.vmaf.score.mean > shown.vmaf.score.mean + 5,
      'what was lost by scaling does not count at the coded size',
    )
    const short = (await vmaf(clip.reference, clip.short)).comparison
    assert.deepEqual([short.frames, short.unpaired], [30, 10])
    assert.deepEqual(
      short.warnings.map(({ code }) => code),
      ['frame-counts-differ', 'frames-unpaired'],
    )
  })

  it('writes a page that shows curve and pictures, without a complaint of the browser', async t => {
    const page = join(dir, 'page.html')
    const { code, stdout, stderr } = await headend(
      'vmaf',
      clip.reference,
      clip.distorted,
      '--html',
      page,
      '--min',
      '99.9',
    )
    assert.equal(code, 1, `below --min: ${stderr}`)
    assert.match(stdout, /page/)
    if (!existsSync(chromiumPath)) return t.skip(`no Chromium at ${chromiumPath}`)
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const tab = await browser.newPage()
      const errors: string[] = []
      tab.on('console', message => message.type() === 'error' && errors.push(message.text()))
      tab.on('pageerror', error => errors.push(error.message))
      await tab.goto(`file://${page}`)
      assert.equal(await tab.locator('#chart-score canvas').count(), 1)
      const sizes = await tab.evaluate(
        "[...document.images].map(image => [image.naturalWidth, image.naturalHeight].join('x'))",
      )
      assert.deepEqual(sizes, ['320x240', '320x240'], 'one moment: the clip is shorter than two seconds')
      await tab.getByText('XPSNR-Y').first().click()
      assert.deepEqual(errors, [])
    } finally {
      await browser.close()
    }
    assert.deepEqual(
      (await readdir(dir)).filter(name => name.endsWith('.partial')),
      [],
    )
  })

  it('refuses with a code and a hint', async () => {
    const refused = async (expected: string, ...args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await headend('vmaf', '--json', ...args)
      assert.equal(code, 2, stderr)
      const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } }
      assert.equal(error.code, expected)
      assert.notEqual(error.hint, '')
    }
    await refused('HE_COMPARE_IMPOSSIBLE', clip.reference, clip.slow)
    await refused('HE_COMPARE_IMPOSSIBLE', clip.reference, clip.tall)
    await refused('HE_INPUT_NOT_FOUND', clip.reference, join(dir, 'none.mp4'))
    await refused('HE_USAGE', clip.reference, clip.distorted, '--model', 'vmaf_v1')
    await refused('HE_USAGE', clip.reference, clip.distorted, '--min', 'good')
    await refused('HE_VMAF_ENGINE', clip.reference, clip.distorted, '--vmaf-engine', join(dir, 'no-ffmpeg'))
    await refused('HE_VMAF_ENGINE', clip.reference, clip.distorted, '--vmaf-engine', process.execPath)
    await refused('HE_OUTPUT_UNWRITABLE', clip.reference, clip.distorted, '--html', join(dir, 'none/page.html'))
  })

  it('stops when it is told to', async () => {
    const abort = new AbortController()
    const going = vmaf(clip.reference, clip.distorted, {
      signal: abort.signal,
      onProgress: ({ stage }) => stage === 'measure' && abort.abort(new Error('enough')),
    })
    await assert.rejects(going, /enough/)
  })
})
