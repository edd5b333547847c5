// Crop, turn, pixel aspect and size through the engine: made by Debian's ffmpeg, compared with its crop, transpose and scale.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { PictureAnalysis } from '../../src/model/index.ts'
import { probe } from '../../src/probe/index.ts'
import { analysePicture } from '../../src/vod/analyse-picture.ts'
import { ffprobe, frameHashes } from './engine-kit.ts'
import { make, options, psnrByFrame, take } from './geometry-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'Debian’s ffmpeg is missing'
const ffv1 = ['-c:v', 'ffv1']
/** Busy to its edges, so that a crop that is one line off is seen. */
const picture = (size: string, seconds = 0.4): string =>
  `testsrc2=s=${size}:r=25:d=${seconds},noise=alls=20:allf=t:all_seed=9,format=yuv420p`

describe('geometry of real pictures', { skip }, () => {
  let dir = ''
  const at = (name: string): string => join(dir, name)
  const generate = (name: string, graph: string, coding = ffv1): Promise<string> =>
    make(at(name), '-f', 'lavfi', '-i', graph, ...coding)
  const look = async (name: string): Promise<PictureAnalysis> =>
    analysePicture(
      await probe(at(name), { ...options, scan: 'full' }),
      { crop: true, cadence: false, light: false },
      options,
    )
  const shape = async (name: string): Promise<readonly unknown[]> => {
    const [video] = (await ffprobe(at(name))).streams
    return [video?.width, video?.height, video?.sample_aspect_ratio]
  }
  /** The pictures are the source's after `chain`, bit by bit. */
  const same = async (made: string, source: string, chain: string): Promise<void> => {
    const psnr = await psnrByFrame(at(made), at(source), chain)
    assert.ok(psnr.length > 0)
    assert.deepEqual(new Set(psnr), new Set([Infinity]), `${made} against ${chain}`)
  }

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-geometry-'))
    await generate('flat.mkv', picture('320x180'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  describe('crop', () => {
    it('finds letterbox and pillarbox to the line, behind a lossy codec, in a title that begins with black', async () => {
      const cases = [
        ['letter', picture('320x136', 1), 'pad=320:180:0:22', { x: 0, y: 22, width: 320, height: 136 }],
        ['pillar', picture('240x180', 1), 'pad=320:180:40:0', { x: 40, y: 0, width: 240, height: 180 }],
        ['upright', picture('102x180', 1), 'pad=320:180:108:0', { x: 108, y: 0, width: 102, height: 180 }],
      ] as const
      for (const [name, graph, pad, crop] of cases) {
        const coded = ['-c:v', 'libx264', '-crf', '26', '-preset', 'veryfast']
        await generate(`${name}.mp4`, `${graph},${pad},tpad=start_duration=1:color=black`, coded)
        assert.deepEqual((await look(`${name}.mp4`)).crop, crop, name)
      }
    })

    it('cuts exactly that out', async () => {
      await generate('letter.mkv', `${picture('320x136')},pad=320:180:0:22`)
      const analysis = await look('letter.mkv')
      const { geometry } = await take(at('letter.mkv'), at('out.mkv'), { analysis })
      assert.deepEqual([geometry.width, geometry.height], [320, 136])
      await same('out.mkv', 'letter.mkv', 'crop=320:136:0:22')
    })

    it('never takes a dark scene for bars', async () => {
      // Three quarters of the title show a lit window of 200x100 in a black room; the rest is the whole picture.
      const dark = "drawbox=x=0:y=0:w=iw:h=ih:t=40:color=black:enable='lt(n,75)'"
      await generate('dark.mkv', `${picture('320x180', 4)},${dark}`)
      assert.equal((await look('dark.mkv')).crop, null)
      await generate('darkbars.mkv', `${picture('320x136', 4)},${dark},pad=320:180:0:22`)
      const { crop } = await look('darkbars.mkv')
      assert.ok(crop === null || (crop?.height ?? 0) >= 136, JSON.stringify(crop))
    })

    it('does not crop a title whose shape changes, and says so', async () => {
      const bars = "drawbox=x=0:y=0:w=iw:h=24:t=fill:color=black:enable='lt(n,25)'"
      const below = "drawbox=x=0:y=ih-24:w=iw:h=24:t=fill:color=black:enable='lt(n,25)'"
      await generate('changing.mkv', `${picture('320x180', 2)},${bars},${below}`)
      const { crop, warnings } = await look('changing.mkv')
      assert.equal(crop, null)
      assert.deepEqual(
        warnings?.map(({ code }) => code),
        ['aspect-changes'],
      )
    })

    it('refuses a logo on black, and leaves thin blanking and pictures without bars', async () => {
      await generate('logo.mkv', `${picture('96x64')},pad=320:180:112:58`)
      const logo = await look('logo.mkv')
      assert.deepEqual([logo.crop, logo.warnings?.[0]?.code], [null, 'crop-refused'])
      await generate('thin.mkv', `${picture('312x180')},pad=320:180:4:0`)
      assert.equal((await look('thin.mkv')).crop, null)
      assert.deepEqual(await look('flat.mkv'), { crop: null })
      await generate('black.mkv', 'color=black:s=320x180:r=25:d=0.4,format=yuv420p')
      assert.equal((await look('black.mkv')).crop, null)
    })

    it('sees bars in 10 bits and full range too', async () => {
      await generate('ten.mkv', 'testsrc2=s=320x136:r=25:d=0.4,format=yuv420p10le,pad=320:180:0:22')
      assert.deepEqual((await look('ten.mkv')).crop, { x: 0, y: 22, width: 320, height: 136 })
      const full = 'testsrc2=s=320x136:r=25:d=0.4,scale=out_range=full,format=yuvj420p,pad=320:180:0:22:color=black'
      await generate('full.mp4', full, ['-c:v', 'libx264', '-qp', '0', '-preset', 'veryfast'])
      assert.deepEqual((await look('full.mp4')).crop, { x: 0, y: 22, width: 320, height: 136 })
    })

    it('takes a rectangle that was given, on whole samples of chroma', async () => {
      await take(at('flat.mkv'), at('out.mkv'), { crop: { x: 11, y: 7, width: 200, height: 120 } })
      await same('out.mkv', 'flat.mkv', 'crop=198:118:12:8')
    })
  })

  describe('pixel aspect', () => {
    const cases = [
      ['16/11', 720, 576, 1046],
      ['40/33', 720, 480, 872],
      ['12/11', 720, 576, 784],
      ['8/9', 720, 480, 640],
    ] as const
    for (const [sar, width, height, square] of cases) {
      it(`${sar}: made square, or kept and stated`, async () => {
        const name = `sar-${sar.replace('/', '-')}`
        await generate(`${name}.mkv`, `${picture(`${width}x${height}`, 0.08)},setsar=${sar}`)
        const { geometry } = await take(at(`${name}.mkv`), at('out.mkv'))
        assert.deepEqual([geometry.width, geometry.height], [square, height])
        assert.deepEqual(await shape('out.mkv'), [square, height, '1:1'])
        const shown = (width * Number(sar.split('/')[0])) / Number(sar.split('/')[1])
        assert.ok(Math.abs(shown - square) < 2, 'the shape is right within the evenness of 4:2:0')
        const psnr = await psnrByFrame(at('out.mkv'), at(`${name}.mkv`), `scale=${square}:${height}:flags=bicubic`)
        assert.ok(Math.min(...psnr) > 45, `${Math.min(...psnr)} dB against Debian’s scaling`)
        await take(at(`${name}.mkv`), at('kept.mkv'), { pixels: 'keep' })
        assert.deepEqual(await shape('kept.mkv'), [width, height, sar.replace('/', ':')])
        await same('kept.mkv', `${name}.mkv`, 'null')
      })
    }

    it('makes just the size asked for, with the aspect that keeps the shape', async () => {
      const size = { width: 240, height: 180 }
      await take(at('flat.mkv'), at('out.mkv'), { size, fit: 'exact', pixels: 'keep' })
      assert.deepEqual(await shape('out.mkv'), [240, 180, '4:3'])
    })
  })

  describe('rotation', () => {
    const turns = { 90: 'transpose=clock', 180: 'hflip,vflip', 270: 'transpose=cclock' } as const
    for (const rotation of [90, 180, 270] as const) {
      it(`${rotation}°: the pixels are turned as Debian’s player shows them, or the container says it`, async () => {
        const name = `turn-${rotation}.mp4`
        await generate('plain.mp4', picture('320x180'), ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast'])
        // ffmpeg 5.1 counts anticlockwise.
        await make(at(name), '-i', at('plain.mp4'), '-c', 'copy', '-metadata:s:v', `rotate=${360 - rotation}`)
        const { video, geometry } = await take(at(name), at('out.mkv'))
        assert.equal(video.rotation, rotation)
        const sides = rotation === 180 ? [320, 180] : [180, 320]
        assert.deepEqual([geometry.width, geometry.height, geometry.rotation], [...sides, 0])
        await same('out.mkv', 'plain.mp4', turns[rotation])
        await make(at('shown.mkv'), '-i', at(name), ...ffv1)
        await same('out.mkv', 'shown.mkv', 'null')
        const kept = await take(at(name), at('kept.mp4'), { rotation: 'keep' })
        assert.deepEqual([kept.geometry.width, kept.geometry.height, kept.geometry.rotation], [320, 180, rotation])
        const [stream] = (await ffprobe(at('kept.mp4'))).streams
        const matrix = stream?.side_data_list?.find(data => data.side_data_type === 'Display Matrix')
        assert.equal((360 - Number(matrix?.rotation)) % 360, rotation)
        await same('kept.mp4', 'plain.mp4', 'null')
      })
    }

    it('mirrored matrices are told, and the picture is left as it is coded', async () => {
      await generate('straight.mp4', picture('320x180'), ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast'])
      const bytes = await readFile(at('straight.mp4'))
      // ISO/IEC 14496-12 8.3.2: the matrix of a tkhd of version 0 lies 40 bytes behind its header; −1 in 16.16 mirrors.
      bytes.writeInt32BE(-0x10000, bytes.indexOf('tkhd') + 4 + 40)
      await writeFile(at('mirrored.mp4'), bytes)
      const { warnings, video } = await take(at('mirrored.mp4'), at('out.mkv'))
      assert.ok(warnings.includes('mirrored'))
      assert.equal(video.rotation, 0)
      await same('out.mkv', 'straight.mp4', 'null')
    })

    it('crops in coded pixels before it turns', async () => {
      await take(at('turn-90.mp4'), at('out.mkv'), { crop: { x: 40, y: 20, width: 200, height: 100 } })
      await same('out.mkv', 'plain.mp4', 'crop=200:100:40:20,transpose=clock')
    })
  })

  describe('odd sides', () => {
    it('lose a line where chroma needs even ones, and no sharpness', async () => {
      await generate('odd.mkv', `${picture('322x182')},crop=321:181:0:0:exact=1`)
      const { geometry } = await take(at('odd.mkv'), at('out.mkv'))
      assert.deepEqual([geometry.width, geometry.height], [320, 180])
      await same('out.mkv', 'odd.mkv', 'crop=320:180:0:0:exact=1')
    })
    it('stay where it does not', async () => {
      await generate('odd444.mkv', 'testsrc2=s=321x181:r=25:d=0.4,format=yuv444p')
      await take(at('odd444.mkv'), at('out.mkv'), { evenSides: false })
      assert.deepEqual(await frameHashes(at('out.mkv')), await frameHashes(at('odd444.mkv')))
    })
    it('are turned and cut', async () => {
      await generate('odd-plain.mp4', 'testsrc2=s=321x181:r=25:d=0.4,format=yuv444p', ['-c:v', 'libx264', '-qp', '0'])
      await make(at('odd-turned.mp4'), '-i', at('odd-plain.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=270')
      const { geometry } = await take(at('odd-turned.mp4'), at('out.mkv'))
      assert.deepEqual([geometry.width, geometry.height], [180, 320])
      await same('out.mkv', 'odd-plain.mp4', 'crop=320:180:0:0:exact=1,transpose=clock')
    })
  })
})
