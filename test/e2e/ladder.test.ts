// Ladders, found and kept: what trials foretell is what the finished package shows, by VMAF of all of it and by other tools' eyes.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { Ladder, type Report } from '../../src/model/index.ts'
import { findLadder } from '../../src/per-title/index.ts'
import { LadderOptions, VodOptions } from '../../src/plan/index.ts'
import { probe } from '../../src/probe/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { hasTool } from './tools.ts'

const run = { signal: new AbortController().signal, log: silentLog }
const lossless = { name: 'ffv1', options: { level: 3, g: 1 } }
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-e2e-ladder-'))
})
after(() => rm(dir, { recursive: true, force: true }))

let count = 0
/** A clip without loss; `S` is its length in seconds. */
const clip = (graph: string, frameRate: `${bigint}/${bigint}` = '25/1'): Promise<string> =>
  makeClip(join(dir, `clip-${count++}.mkv`), {
    video: `${graph},format=yuv420p`,
    videoEncoder: lossless,
    frameRate,
    format: 'matroska',
  })

const MOTION = 'mandelbrot=s=640x360:r=25:start_scale=0.3:end_scale=0.02:end_pts=150:maxiter=300,trim=duration=4'
const fast = { preset: 'superfast' } as const

async function ladderOf(path: string, options: object = {}, cache = false): Promise<Ladder> {
  const facts = await probe(path, { ...run, scan: 'full' })
  const { ladder } = await findLadder(facts, { ...run, options: LadderOptions.parse({ ...fast, ...options }), cache })
  return Ladder.parse(JSON.parse(JSON.stringify(ladder)))
}

async function vod(path: string, options: object = {}): Promise<{ report: Report; out: string }> {
  const out = join(dir, `out-${count++}`)
  const parsed = VodOptions.parse({ ...fast, ...options })
  return { out, report: (await runVod(path, out, { ...run, options: parsed, force: false })).report }
}

const checksOf = ({ verdict }: Report, id: string) => verdict.checks.filter(check => check.id === id)

/** Every rung costs more than the next one and shows more. */
function assertRising(rungs: Ladder['rungs']): void {
  for (const [i, rung] of rungs.entries()) {
    const above = rungs[i - 1]
    if (!above || above.codec !== rung.codec) continue
    assert.ok(above.bitrateKbps > rung.bitrateKbps, `${above.id} and ${rung.id}: rates`)
    assert.ok(above.vmaf > rung.vmaf, `${above.id} and ${rung.id}: quality`)
  }
}

const refusedWith = (code: string) => (error: unknown) => {
  assert.ok(error instanceof HeadendError, String(error))
  assert.equal(error.code, code, error.message)
  assert.ok(error.hint.length > 0)
  return true
}

describe('a ladder', () => {
  let path: string
  let ladder: Ladder
  before(async () => {
    path = await clip(MOTION)
    ladder = await ladderOf(path)
  })

  it('rises strictly in rate and quality, on few encodes, and reaches its tier', () => {
    assertRising(ladder.rungs)
    assert.ok(ladder.rungs.length >= 3, `${ladder.rungs.length} rungs`)
    assert.ok(ladder.rungs[0]!.vmaf >= 93 || ladder.bestReachable !== null)
    const sizes = new Set(ladder.probes.map(({ width, frameRate }) => `${width} ${frameRate}`)).size
    assert.ok(ladder.hullEncodes <= (sizes * 25) / 6, `${ladder.hullEncodes} encodes of ${sizes} sizes`)
    // The probes, and each rung under its cap.
    assert.ok(ladder.encodes >= ladder.probes.length + ladder.rungs.length, `${ladder.encodes} encodes`)
    for (const { maxBitrateKbps, bitrateKbps } of ladder.rungs) assert.ok(maxBitrateKbps >= 1.2 * bitrateKbps)
  })

  it('is the same again, tried anew or from the cache', async () => {
    const known = ({ cachedEncodes: _, ...rest }: Ladder) => rest
    const env = process.env.XDG_CACHE_HOME
    process.env.XDG_CACHE_HOME = join(dir, 'cache')
    assert.deepEqual(known(await ladderOf(path, {}, true)), known(ladder), 'tried anew, kept')
    const cached = await ladderOf(path, {}, true)
    assert.deepEqual(known(cached), known(ladder), 'from the cache')
    assert.equal(cached.cachedEncodes, cached.encodes)
    if (env === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = env
  })

  it('keeps its promise in the whole package, in ffprobe’s eyes too', async () => {
    const { report, out } = await vod(path)
    const promises = checksOf(report, 'video.promise')
    assert.equal(promises.length, ladder.rungs.length)
    assert.deepEqual(
      promises.filter(({ status }) => status !== 'pass'),
      [],
    )
    assert.notEqual(report.verdict.status, 'fail')
    for (const [i, rung] of ladder.rungs.entries()) {
      const made = report.video[i]!
      assert.equal(`${made.width}x${made.height}`, `${rung.width}x${rung.height}`)
      assert.ok(Math.abs(made.averageBps / 1000 / rung.bitrateKbps - 1) < 0.05, `${rung.id}: ${made.averageBps}`)
    }
    assert.deepEqual(Ladder.parse(JSON.parse(await readFile(join(out, 'ladder.json'), 'utf8'))).rungs, ladder.rungs)
    assert.match(await readFile(join(out, 'ladder.html'), 'utf8'), /<svg/)
    if (!hasTool('ffprobe')) return
    const args = ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', join(out, 'master.m3u8')]
    const { stdout } = await promisify(execFile)('ffprobe', args)
    const sizes = new Set(stdout.match(/\d+,\d+/g))
    for (const { width, height } of ladder.rungs) assert.ok(sizes.has(`${width},${height}`), `${width}x${height}`)
  })

  it('says what can be reached where the wish cannot', async () => {
    const noise = await clip('nullsrc=s=320x180:r=25:d=2,geq=lum=random(1)*255:cb=128:cr=128')
    const { bestReachable, rungs, warnings } = await ladderOf(noise, { vmaf: 99 })
    assert.equal(bestReachable, rungs[0]!.vmaf)
    assert.ok(bestReachable! < 99)
    assert.ok(warnings.some(({ code }) => code === 'target-unreachable'))
    const capped = await ladderOf(path, { maxBitrate: '300k' })
    assert.ok(capped.rungs[0]!.bitrateKbps <= 300)
    assert.ok(capped.bestReachable !== null)
  })
})

describe('a sample', () => {
  it('foretells the whole title within a point and a half', async () => {
    const parts = [
      'gradients=s=320x180:r=25:d=16:speed=0.01:seed=3:c0=0x203040:c1=0xa0b0c0:nb_colors=2',
      'testsrc2=s=320x180:r=25:d=12',
      'mandelbrot=s=320x180:r=25:start_scale=0.5:end_scale=0.1:end_pts=300:maxiter=200,trim=duration=12',
      'smptehdbars=s=320x180:r=25:d=10,format=yuv420p,noise=alls=6:allf=t:all_seed=2',
    ]
    const graph = `${parts.map((part, i) => `${part},format=yuv420p,setsar=1[p${i}]`).join(';')};[p0][p1][p2][p3]concat=n=4:v=1`
    const { report, out } = await vod(await clip(graph), { sampleSeconds: 20 })
    const ladder = Ladder.parse(JSON.parse(await readFile(join(out, 'ladder.json'), 'utf8')))
    assert.equal(ladder.sample.whole, false)
    assert.ok(ladder.sample.frames <= 20 * 25)
    assert.ok(Math.abs(ladder.sample.pieces.reduce((sum, { weight }) => sum + weight, 0) - 1) < 0.001)
    for (const check of checksOf(report, 'video.promise'))
      assert.equal(check.status, 'pass', `${check.subject}: ${check.promised}, ${check.measured}`)
  })
})

describe('a setting for each shot', () => {
  it('saves bits where shots differ, and keeps the promise', async () => {
    // Both shots cost bits at every setting, and each buys its own quality with them.
    const grain = 'smptehdbars=s=640x360:r=25:d=4,format=yuv420p,noise=alls=16:allf=t:all_seed=2'
    const path = await clip(
      `${grain},format=yuv420p,setsar=1[a];${MOTION},format=yuv420p,setsar=1[b];[a][b]concat=n=2:v=1`,
    )
    const { report, out } = await vod(path, { ladder: 'per-shot', maxRungs: 3 })
    const { perShot, rungs } = Ladder.parse(JSON.parse(await readFile(join(out, 'ladder.json'), 'utf8')))
    assert.ok(perShot && perShot.shots >= 2, 'shots')
    assert.ok(
      perShot.rungs.some(({ saved }) => saved > 0.01),
      JSON.stringify(perShot),
    )
    const own = rungs.findIndex(({ shots }) => shots)
    const encoder = report.plan.video!.renditions[own]!.encoder
    assert.match(String(encoder.options['x264-params']), /zones=0,\d+,b=[\d.]+\/\d+,/)
    for (const check of checksOf(report, 'video.promise'))
      assert.equal(check.status, 'pass', `${check.subject}: ${check.promised}, ${check.measured}`)
  })
})

describe('several codecs and frame rates', () => {
  it('a second codec is found where it saves bits, and all of them go into one package', async () => {
    const path = await clip(MOTION.replace('duration=4', 'duration=2'))
    const { rungs, warnings } = await ladderOf(path, { codec: 'av1', maxRungs: 2 })
    assertRising(rungs)
    const left = warnings.some(({ code }) => code === 'codec-without-gain')
    assert.equal(
      rungs.some(({ codec }) => codec === 'av1'),
      !left,
    )
    const file = join(dir, 'codecs.json')
    const rung = (codec: string, crf: number) => ({ codec, width: 320, height: 180, crf })
    await writeFile(file, JSON.stringify({ rungs: [rung('h264', 24), rung('hevc', 26), rung('av1', 36)] }))
    const { report, out } = await vod(path, { ladder: file })
    assert.deepEqual(
      report.verdict.checks.filter(({ status }) => status === 'fail'),
      [],
    )
    const master = await readFile(join(out, 'master.m3u8'), 'utf8')
    for (const codec of ['avc1', 'hvc1', 'av01']) assert.match(master, new RegExp(`CODECS="[^"]*${codec}`))
  })

  it('half of 50 frames per second is tried, delivered and measured', async () => {
    const path = await clip('testsrc2=s=640x360:r=50:d=3', '50/1')
    const ladder = await ladderOf(path, { maxRungs: 2 })
    assert.ok(
      ladder.probes.some(({ frameRate }) => frameRate === '25/1'),
      'tried',
    )
    const [whole] = ladder.probes
    const file = join(dir, 'half.json')
    const rungs = [
      { width: whole!.width, height: whole!.height, crf: 24 },
      { width: 320, height: 180, crf: 28, frameRate: '25/1' },
    ]
    await writeFile(file, JSON.stringify({ rungs }))
    const { report, out } = await vod(path, { ladder: file })
    assert.deepEqual(
      report.verdict.checks.filter(({ status }) => status === 'fail'),
      [],
    )
    assert.deepEqual(
      report.video.map(({ frames }) => frames),
      [150, 75],
    )
    assert.match(await readFile(join(out, 'master.m3u8'), 'utf8'), /FRAME-RATE=25\.000/)
    assert.ok(report.video[1]!.quality!.vmaf!.frames >= 140, 'measured on the screen’s clock')
  })
})

describe('titles that have no ladder', () => {
  it('too short, one frame, too small, without picture', async () => {
    for (const graph of [
      'testsrc2=s=320x180:r=25:d=0.5',
      'testsrc2=s=320x180:r=25:d=0.04',
      'testsrc2=s=64x48:r=25:d=2',
    ])
      await assert.rejects(ladderOf(await clip(graph)), refusedWith('HE_LADDER_IMPOSSIBLE'))
    const sound = await makeClip(join(dir, 'sound.mov'), {
      video: null,
      audio: [{ graph: 'sine=d=2:r=48000,aformat=sample_fmts=fltp:channel_layouts=stereo' }],
    })
    await assert.rejects(ladderOf(sound), refusedWith('HE_INPUT_NO_TRACK'))
  })

  it('become packages with the fixed ladder, which is said', async () => {
    const { report } = await vod(await clip('testsrc2=s=320x180:r=25:d=0.5'))
    assert.ok(report.plan.warnings.some(({ code }) => code === 'ladder-fixed'))
    assert.notEqual(report.verdict.status, 'fail')
  })

  it('all black is one rung', async () => {
    const { rungs, warnings } = await ladderOf(await clip('color=black:s=640x360:r=25:d=2'))
    assert.equal(rungs.length, 1)
    assert.ok(warnings.some(({ code }) => code === 'few-rungs'))
  })
})

describe('a ladder of one’s own', () => {
  it('is refused with the field that is wrong', async () => {
    const path = await clip('testsrc2=s=320x180:r=25:d=1')
    const given = async (name: string, text: string) => {
      await writeFile(join(dir, name), text)
      return { ladder: join(dir, name) }
    }
    const wrong = [
      ['HE_LADDER_INVALID', 'not.json', 'rungs'],
      ['HE_LADDER_INVALID', 'empty.json', '{"rungs":[]}'],
      ['HE_LADDER_INVALID', 'text.json', '{"rungs":[{"width":"wide","height":90}]}'],
      ['HE_PLAN_IMPOSSIBLE', 'large.json', '{"rungs":[{"width":640,"height":360}]}'],
      ['HE_PLAN_IMPOSSIBLE', 'shape.json', '{"rungs":[{"width":160,"height":160}]}'],
      ['HE_PLAN_IMPOSSIBLE', 'odd.json', '{"rungs":[{"width":161,"height":91}]}'],
      ['HE_PLAN_IMPOSSIBLE', 'rate.json', '{"rungs":[{"width":160,"height":90,"frameRate":"30/1"}]}'],
    ] as const
    for (const [code, name, text] of wrong)
      await assert.rejects(vod(path, await given(name, text)), refusedWith(code), name)
    await assert.rejects(vod(path, { ladder: 'pertitle' }), refusedWith('HE_LADDER_INVALID'))
  })
})
