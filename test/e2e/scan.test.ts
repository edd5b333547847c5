// Fields, film and frame rates through the engine: made by Debian's ffmpeg, judged by its idet, psnr and checksums.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { PictureAnalysis } from '../../src/model/index.ts'
import { probe } from '../../src/probe/index.ts'
import { analysePicture } from '../../src/vod/analyse-picture.ts'
import { frameHashes } from './engine-kit.ts'
import { idet, make, options, psnrByFrame, take } from './geometry-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'Debian’s ffmpeg is missing'

/** A fractal that is panned over, with grain, so that no two frames are alike and each field is of its moment. */
const pan = (rate: string, seconds: number): string =>
  [
    'mandelbrot=s=640x360:r=25:start_scale=0.3:end_scale=0.29:maxiter=300,trim=end_frame=1,loop=loop=400:size=1',
    `setpts=N/(${rate})/TB,fps=${rate},scroll=h=0.006:v=0.003,trim=duration=${seconds},scale=320:180`,
    'noise=alls=3:allf=t:all_seed=5,format=yuv420p',
  ].join()
const ffv1 = ['-c:v', 'ffv1']
const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-flags', '+ildct+ilme', '-x264-params', 'tff=1']

describe('scan and frame rate of real pictures', { skip }, () => {
  let dir = ''
  const at = (name: string): string => join(dir, name)
  const generate = (name: string, graph: string): Promise<string> => make(at(name), '-f', 'lavfi', '-i', graph, ...ffv1)
  const filter = (from: string, name: string, chain: string, coding = ffv1): Promise<string> =>
    make(at(name), '-i', at(from), '-vf', chain, ...coding)
  const look = async (name: string): Promise<PictureAnalysis> =>
    analysePicture(
      await probe(at(name), { ...options, scan: 'full' }),
      { crop: false, cadence: true, light: false },
      options,
    )
  const lowest = (values: readonly number[]): number => Math.min(...values)
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-scan-'))
    await generate('p50.mkv', pan('50', 2))
    await generate('film.mkv', pan('24000/1001', 4.004))
    await filter('p50.mkv', 'i25.mkv', 'tinterlace=interleave_top,setfield=tff')
    await filter('film.mkv', 'telecined.mkv', 'telecine=first_field=top:pattern=23,setfield=tff')
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const combed = async (name: string): Promise<number> => {
    const { tff, bff, progressive, undetermined } = await idet(at(name))
    return (tff + bff) / (tff + bff + progressive + undetermined)
  }

  it('makes 25 pictures of 50 fields, none of them combed', async () => {
    assert.equal(await combed('i25.mkv'), 1, 'the source combs')
    const { grid, video } = await take(at('i25.mkv'), at('25p.mkv'))
    assert.deepEqual([video.scan, video.fieldOrder, grid.frames, grid.counted], ['interlaced', 'tff', 50, true])
    assert.ok((await combed('25p.mkv')) <= 0.1, `${await combed('25p.mkv')}`)
    const psnr = await psnrByFrame(at('25p.mkv'), at('p50.mkv'), 'framestep=2')
    assert.ok(mean(psnr) > 30, `${mean(psnr)} dB`)
  })

  for (const order of ['tff', 'bff'] as const) {
    it(`makes a picture of each field, ${order}: the motion of 50`, async () => {
      await filter(
        'p50.mkv',
        `${order}.mkv`,
        `tinterlace=interleave_${order === 'tff' ? 'top' : 'bottom'},setfield=${order}`,
      )
      const { grid, video } = await take(at(`${order}.mkv`), at(`${order}-50p.mkv`), { deinterlace: 'field' })
      assert.deepEqual([video.fieldOrder, grid.frames, grid.counted, grid.rate.num], [order, 100, true, 50n])
      assert.ok((await combed(`${order}-50p.mkv`)) <= 0.1)
      const psnr = await psnrByFrame(at(`${order}-50p.mkv`), at('p50.mkv'))
      assert.ok(mean(psnr) > 30, `${mean(psnr)} dB: the wrong order would jump back and forth`)
      const hashes = await frameHashes(at(`${order}-50p.mkv`))
      assert.equal(new Set(hashes).size, 100, 'each picture is a moment of its own')
    })
  }

  it('takes the frames of film out of 29.97i, bit by bit, at exactly 24000/1001', async () => {
    for (const order of ['tff', 'bff'] as const) {
      const name = `film-${order}.mkv`
      await filter(
        'film.mkv',
        name,
        `telecine=first_field=${order === 'tff' ? 'top' : 'bottom'}:pattern=${order === 'tff' ? '23' : '32'},setfield=${order}`,
      )
      const analysis = await look(name)
      assert.equal(analysis.cadence?.kind, 'telecine')
      const { grid, counted } = await take(at(name), at('out.mkv'), { analysis })
      assert.deepEqual(grid.rate, { num: 24_000n, den: 1001n })
      assert.deepEqual([counted.framesIn, counted.framesOut, grid.frames], [120, 96, 96])
      assert.deepEqual(await frameHashes(at('out.mkv')), await frameHashes(at('film.mkv')))
    }
  })

  it('finds film behind a lossy codec, and keeps what the codec left', async () => {
    await filter('telecined.mkv', 'coded.mp4', 'null', x264)
    const analysis = await look('coded.mp4')
    assert.equal(analysis.cadence?.kind, 'telecine')
    const { grid } = await take(at('coded.mp4'), at('out.mkv'), { analysis })
    assert.equal(grid.frames, 96)
    const psnr = await psnrByFrame(at('out.mkv'), at('film.mkv'))
    const codec = mean(await psnrByFrame(at('coded.mp4'), at('telecined.mkv')))
    assert.ok(mean(psnr) > codec - 1.5, `${mean(psnr)} dB, the codec itself ${codec} dB`)
    assert.ok(lowest(psnr) > codec - 8, `the worst frame ${lowest(psnr)} dB`)
  })

  it('fills the last cycle and mends a cadence that an edit broke', async () => {
    // Frames 50 to 52 are cut out: the rhythm jumps, and 117 are no whole number of cycles.
    await filter('telecined.mkv', 'edited.mkv', "select='not(between(n,50,52))',setpts=N/(30000/1001)/TB")
    const { grid, counted } = await take(at('edited.mkv'), at('out.mkv'), { inverseTelecine: 'on' })
    assert.deepEqual([grid.frames, counted.framesOut], [94, 94], '117 × 4/5')
    assert.ok((await combed('out.mkv')) <= 0.05)
    const source = new Set(await frameHashes(at('film.mkv')))
    const own = (await frameHashes(at('out.mkv'))).filter(hash => source.has(hash))
    assert.ok(own.length >= 90, `${own.length} of 94 are frames of the film`)
  })

  it('keeps the rate of video where film and video are mixed, and neither combs', async () => {
    await generate('p60.mkv', pan('60000/1001', 2.002))
    await filter('p60.mkv', 'i30.mkv', 'tinterlace=interleave_top,setfield=tff')
    await make(
      at('mixed.mkv'),
      ...['-i', at('telecined.mkv'), '-i', at('i30.mkv'), '-lavfi'],
      '[0:v][1:v]concat=n=2,setpts=N/(30000/1001)/TB,setfield=tff',
      ...['-r', '30000/1001', ...ffv1],
    )
    const analysis = await look('mixed.mkv')
    assert.equal(analysis.cadence?.kind, 'mixed')
    const { grid, warnings } = await take(at('mixed.mkv'), at('out.mkv'), { analysis })
    assert.deepEqual([grid.frames, grid.rate.num, grid.counted], [180, 30_000n, true])
    assert.ok(warnings.includes('mixed-cadence'))
    assert.ok((await combed('out.mkv')) <= 0.05, `${await combed('out.mkv')}`)
  })

  it('leaves progressive frames alone that are stated as fields (PsF)', async () => {
    await filter('p50.mkv', 'psf.mkv', 'framestep=2,setfield=tff')
    const analysis = await look('psf.mkv')
    assert.equal(analysis.cadence?.kind, 'progressive')
    const { video, scan } = await take(at('psf.mkv'), at('out.mkv'), { analysis })
    assert.deepEqual([video.scan, scan.scan], ['interlaced', 'progressive'])
    assert.deepEqual(await frameHashes(at('out.mkv')), await frameHashes(at('psf.mkv')))
  })

  it('deinterlaces fields that are stated as progressive frames, and says so', async () => {
    await filter('i25.mkv', 'hidden.mkv', 'setfield=prog')
    const analysis = await look('hidden.mkv')
    const { video, warnings } = await take(at('hidden.mkv'), at('out.mkv'), { analysis })
    assert.equal(video.scan, 'progressive')
    assert.ok(warnings.includes('scan-misflagged'))
    assert.ok((await combed('out.mkv')) <= 0.1)
  })

  it('cuts bars to the line out of fields that become pictures, and to whole samples of both fields that stay', async () => {
    await filter('i25.mkv', 'barred.mkv', 'crop=320:136:0:22,pad=320:180:0:22,setfield=tff')
    const crop = { x: 0, y: 22, width: 320, height: 136 }
    const { geometry } = await take(at('barred.mkv'), at('out.mkv'), { crop })
    assert.deepEqual([geometry.width, geometry.height], [320, 136])
    const kept = await take(at('barred.mkv'), at('kept.mkv'), { crop, output: 'interlaced' })
    assert.deepEqual([kept.geometry.width, kept.geometry.height], [320, 132])
    await filter('barred.mkv', 'expected.mkv', 'crop=320:132:0:24')
    assert.deepEqual(await frameHashes(at('kept.mkv')), await frameHashes(at('expected.mkv')))
    assert.equal((await combed('kept.mkv')) >= 0.9, true, 'still fields')
  })

  it('keeps fields bit by bit for those who broadcast them', async () => {
    const { scan } = await take(at('i25.mkv'), at('out.mkv'), { output: 'interlaced' })
    assert.equal(scan.scan, 'tff')
    assert.deepEqual(await frameHashes(at('out.mkv')), await frameHashes(at('i25.mkv')))
  })

  it('puts a variable rate on a grid and counts what it repeats and drops', async () => {
    // Two of seven pictures missing, and once two within one step of the grid.
    await filter('p50.mkv', 'vfr.mkv', "select='not(eq(mod(n,7),2)+eq(mod(n,7),5))'", [...ffv1, '-fps_mode', 'vfr'])
    const { video, grid, counted } = await take(at('vfr.mkv'), at('out.mkv'))
    assert.equal(video.frameRateMode, 'variable')
    assert.equal(counted.framesIn, video.frameCount)
    const hashes = await frameHashes(at('out.mkv'))
    assert.equal(hashes.length, grid.frames)
    const source = await frameHashes(at('vfr.mkv'))
    const shown = new Set(hashes)
    assert.equal(counted.dropped, source.filter(hash => !shown.has(hash)).length, 'dropped, by checksums')
    // What tpad holds at the end is no work of the grid.
    assert.ok(Math.abs(counted.duplicated - (hashes.length - shown.size)) <= 1, 'repeated, by checksums')
    assert.ok(counted.duplicated > 0 || counted.dropped > 0)
  })

  it('halves 50 to 25 by keeping every second picture', async () => {
    const { grid, warnings } = await take(at('p50.mkv'), at('out.mkv'), { requested: '25' })
    assert.equal(grid.frames, 50)
    assert.ok(warnings.includes('frame-rate-converted'))
    const all = await frameHashes(at('p50.mkv'))
    assert.deepEqual(
      await frameHashes(at('out.mkv')),
      all.filter((_, i) => i % 2 === 0),
    )
  })

  it('makes 25 of 23.976 by repeating, in order, and nothing else', async () => {
    const { grid, counted } = await take(at('film.mkv'), at('out.mkv'), { requested: '25' })
    const [hashes, source] = [await frameHashes(at('out.mkv')), await frameHashes(at('film.mkv'))]
    assert.deepEqual([grid.frames, hashes.length], [100, 100], '96 × 1001/24000 s × 25')
    assert.deepEqual(
      hashes.filter((hash, i) => hash !== hashes[i - 1]),
      source,
    )
    assert.deepEqual([counted.duplicated, counted.dropped], [4, 0])
  })

  it('mixes neighbours only when that is asked for', async () => {
    await take(at('film.mkv'), at('out.mkv'), { requested: '25', conversion: 'blend' })
    const source = new Set(await frameHashes(at('film.mkv')))
    const hashes = await frameHashes(at('out.mkv'))
    assert.equal(hashes.length, 100)
    assert.ok(hashes.filter(hash => !source.has(hash)).length > 50, 'most pictures are new')
  })
})
