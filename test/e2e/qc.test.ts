// `headend qc` as its user meets it: verdict and exit code, JSON, page, JUnit, storyboard, profiles, a master, bad input.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { chromium } from 'playwright-core'
import { parseVtt } from '../../src/captions/index.ts'
import { main } from '../../src/cli/main.ts'
import { parseXml, type XmlElement } from '../../src/manifest/index.ts'
import { QcReport } from '../../src/model/index.ts'
import { makeClip } from '../media/make-media.ts'
import { chromiumPath } from './play.ts'
import { hasTool } from './tools.ts'

const COLOR = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
const X264 = { name: 'libx264', options: { preset: 'veryfast', crf: 20, g: 50 } }

let dir: string
let clean: string
let faulty: string
const at = (name: string): string => join(dir, name)

/** Two moving patterns side by side with sound at −23 LUFS; `fault` is put behind the picture. */
const clip = (name: string, fault = '', size = '320x180'): Promise<string> =>
  makeClip(at(name), {
    video: `testsrc2=s=${size}:r=25:d=8,eq=saturation=0.5:contrast=0.8,format=yuv420p${fault},${COLOR}`,
    videoEncoder: X264,
    audio: [
      {
        graph:
          'anoisesrc=r=48000:d=8:c=pink:a=0.35:seed=1,highpass=f=60[l];anoisesrc=r=48000:d=8:c=pink:a=0.35:seed=2,highpass=f=60[r];[l][r]join=inputs=2:channel_layout=stereo,aformat=sample_fmts=fltp',
        language: 'eng',
        options: { b: 128_000 },
      },
    ],
    muxOptions: { movflags: '+faststart+write_colr' },
  })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-qc-e2e-'))
  clean = await clip('clean.mp4')
  faulty = await clip('faulty <&> "name".mp4', ",drawbox=c=black:t=fill:enable='between(t,2,5.5)'")
})
after(() => rm(dir, { recursive: true, force: true }))

async function qc(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const stream = (into: string[]) => ({ isTTY: false, columns: 100, write: (text: string) => into.push(text) })
  const io = {
    ...{ stdout: stream(out), stderr: stream(err), env: {}, cwd: dir, signals: new EventEmitter(), quit: () => {} },
  }
  const code = await main(['qc', ...args], io)
  return { code, out: out.join(''), err: err.join('') }
}
const report = (out: string): QcReport => QcReport.parse(JSON.parse(out))

describe('headend qc', () => {
  it('passes what is right, and fails what is not, with exit codes to go by', async () => {
    const good = await qc(clean, '--json')
    const { verdict, findings, checks, figures, curves } = report(good.out)
    assert.deepEqual(
      findings.filter(({ severity }) => severity !== 'info').map(({ check, measured }) => `${check}: ${measured}`),
      [],
    )
    assert.equal(verdict, 'pass')
    assert.equal(good.code, 0)
    assert.ok(checks.length >= 40)
    assert.ok(checks.filter(({ status }) => status === 'pass').length >= 30)
    assert.equal(typeof figures.a1?.integratedLufs, 'number')
    assert.ok(curves.every(({ timeS, values }) => timeS.length === values.length && timeS.length <= 2000))
    const strict = at('strict.yaml')
    await writeFile(strict, 'extends: ott\nchecks:\n  picture.black: { severity: fail, limits: { minBlackS: 3 } }\n')
    const bad = await qc(faulty, '--json', '--profile', strict)
    const found = report(bad.out)
    assert.equal(bad.code, 1)
    assert.equal(found.verdict, 'fail')
    const [black] = found.findings.filter(({ check }) => check === 'picture.black')
    assert.ok(Math.abs(black!.startS! - 2) < 0.1 && Math.abs(black!.endS! - 5.5) < 0.1, JSON.stringify(black))
    assert.equal(found.findings[0]!.severity, 'fail', 'the worst first')
    const long = await qc(faulty, '--profile', strict)
    assert.match(long.out, /^FAIL .*\n\n {2}FAIL {2}picture\.black +v0 +0:02\.\d+ – 0:05\.\d+/m)
  })

  it('makes a failure of a warning when it is told to be strict', async () => {
    const warns = at('warns.yaml')
    await writeFile(warns, 'extends: ugc\nchecks:\n  picture.black: { severity: warn, limits: { minBlackS: 1 } }\n')
    assert.equal((await qc(faulty, '--profile', warns)).code, 0)
    assert.equal((await qc(faulty, '--profile', warns, '--strict')).code, 1)
  })

  it('writes JUnit that says the same', async () => {
    const { out } = await qc(faulty, '--json', '--junit', at('qc.xml'))
    const { checks, findings } = report(out)
    const text = await readFile(at('qc.xml'), 'utf8')
    const root = parseXml(text)
    const cases = (element: XmlElement): XmlElement[] =>
      element.name === 'testcase' ? [element] : element.children.flatMap(cases)
    const held = checks.filter(({ status }) => status !== 'off')
    assert.equal(cases(root).length, held.length)
    assert.equal(Number(root.attributes.get('tests')), held.length)
    assert.equal(Number(root.attributes.get('failures')), checks.filter(({ status }) => status === 'fail').length)
    const failed = cases(root).filter(({ children }) => children.some(({ name }) => name === 'failure'))
    assert.deepEqual(
      failed.map(({ attributes }) => attributes.get('name')!.split(':')[0]).toSorted(),
      [...new Set(findings.filter(({ severity }) => severity === 'fail').map(({ check }) => check))].toSorted(),
    )
    if (hasTool('xmllint')) execFileSync('xmllint', ['--noout', at('qc.xml')])
  })

  it('writes a storyboard whose cues lie in the sheet', async t => {
    await qc(clean, '--thumbnails', at('thumbs'))
    assert.deepEqual((await readdir(at('thumbs'))).toSorted(), ['storyboard.jpg', 'storyboard.vtt'])
    const { cues } = parseVtt(await readFile(at('thumbs/storyboard.vtt'), 'utf8'))
    assert.equal(cues.length, 8)
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not installed')
    const [width, height] = execFileSync(
      'ffprobe',
      ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', at('thumbs/storyboard.jpg')],
      { encoding: 'utf8' },
    )
      .trim()
      .split(',')
      .map(Number) as [number, number]
    const text = await readFile(at('thumbs/storyboard.vtt'), 'utf8')
    const places = [...text.matchAll(/#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(match => match.slice(1).map(Number))
    for (const [x, y, w, h] of places) assert.ok(x! + w! <= width && y! + h! <= height)
    assert.equal(new Set(places.map(String)).size, places.length)
  })

  it('compares with a master', async () => {
    const poor = at('poor.mp4')
    await makeClip(poor, {
      video: `testsrc2=s=320x180:r=25:d=8,eq=saturation=0.5:contrast=0.8,format=yuv420p,gblur=sigma=3,${COLOR}`,
      videoEncoder: X264,
    })
    const same = report((await qc(clean, '--ref', clean, '--json')).out)
    const status = (all: QcReport, id: string): string | undefined =>
      all.checks.find(({ check }) => check === id)?.status
    for (const id of ['cross.vmaf', 'cross.psnr', 'cross.ssim', 'cross.pictures'])
      assert.equal(status(same, id), 'pass', id)
    assert.ok(Number(same.figures.v0?.vmafMean) > 95, 'told although nothing is wrong with it')
    const off = report((await qc(poor, '--ref', clean, '--json')).out)
    assert.ok(Number(off.figures.v0?.vmafMean) < 80)
    assert.equal(off.figures.v0?.comparedPairs, 200)
    assert.equal(status(off, 'cross.vmaf'), 'fail')
    for (const id of ['cross.psnr', 'cross.ssim']) assert.equal(status(off, id), 'info', id)
    assert.equal(status(off, 'cross.pictures'), 'pass')
    const [worst] = off.findings.filter(({ check, startS }) => check === 'cross.vmaf' && startS !== null)
    assert.ok(worst && worst.endS! <= 8.1, JSON.stringify(worst))
    const short = await makeClip(at('short.mp4'), {
      video: `testsrc2=s=320x180:r=25:d=7,eq=saturation=0.5:contrast=0.8,format=yuv420p,${COLOR}`,
      videoEncoder: X264,
    })
    assert.equal(status(report((await qc(short, '--ref', clean, '--json')).out), 'cross.pictures'), 'warn')
    assert.equal(status(report((await qc(clean, '--json')).out), 'cross.vmaf'), 'skipped')
  })

  it('writes a page that opens from disk, alone, and can be used with a keyboard', async t => {
    const page = at('page.html')
    await qc(faulty, '--html', page)
    const text = await readFile(page, 'utf8')
    assert.ok(!text.includes('<&>'), 'names are escaped')
    if (!existsSync(chromiumPath)) return t.skip(`no Chromium at ${chromiumPath}`)
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
    t.after(() => browser.close())
    const tab = await browser.newPage()
    const [errors, requests]: [string[], string[]] = [[], []]
    tab.on('console', message => message.type() === 'error' && errors.push(message.text()))
    tab.on('pageerror', error => errors.push(error.message))
    tab.on('request', request => requests.push(request.url()))
    await tab.goto(`file://${encodeURI(page)}`)
    const rows = tab.locator('.findings tbody tr')
    const before = await rows.count()
    assert.ok(before > 0)
    assert.ok((await tab.locator('.findings img').count()) > 0, 'the picture of the moment')
    assert.ok((await tab.locator('#chart canvas').count()) === 1)
    const mark = tab.locator('.mark').first()
    const href = await mark.getAttribute('href')
    await mark.focus()
    await tab.keyboard.press('Enter')
    await tab.waitForFunction(`document.activeElement?.id === '${href!.slice(1)}'`)
    await tab.locator('#find').fill('no such words')
    assert.equal(await tab.locator('#shown').textContent(), `0 of ${before}`)
    for (const value of await tab
      .locator('#curve option')
      .evaluateAll(all => all.map(each => (each as { value?: string }).value!)))
      await tab.locator('#curve').selectOption(value)
    assert.deepEqual(errors, [])
    assert.deepEqual(
      requests.filter(url => !url.startsWith('data:') && !url.startsWith('file://')),
      [],
    )
    assert.equal(requests.filter(url => url.startsWith('file://')).length, 1)
  })

  it('says in one line what cannot be inspected, and leaves nothing behind', async () => {
    await writeFile(at('empty.mp4'), '')
    await writeFile(at('garbage.mp4'), Buffer.alloc(4096, 7))
    const code = async (...args: string[]): Promise<string> => {
      const { code: exit, err } = await qc(...args)
      return `${exit} ${/HE_\w+/.exec(err)?.[0]}`
    }
    assert.equal(await code(at('missing.mp4')), '2 HE_INPUT_NOT_FOUND')
    assert.equal(await code(at('empty.mp4'), '--html', at('never.html')), '2 HE_INPUT_EMPTY')
    assert.equal(await code(at('garbage.mp4')), '2 HE_INPUT_NOT_MEDIA')
    assert.equal(await code(), '2 HE_USAGE')
    assert.equal(await code(clean, '--profile', 'brodcast'), '2 HE_INPUT_NOT_FOUND')
    assert.equal(await code(clean, '--html', at('no/such/folder.html')), '2 HE_OUTPUT_UNWRITABLE')
    assert.equal(await stat(at('never.html')).catch(() => null), null)
  })

  it('never writes over what it reads, under whatever name, nor one report over another', async () => {
    const bytes = await readFile(clean)
    const profile = at('kept.yaml')
    await writeFile(profile, 'extends: ott\n')
    await symlink(clean, at('link.mp4'))
    const refused = async (...args: string[]): Promise<void> => {
      const { code, err } = await qc(...args)
      assert.equal(`${code} ${/HE_\w+/.exec(err)?.[0]}`, '2 HE_USAGE', args.join(' '))
    }
    await refused(clean, '--junit', clean)
    await refused(clean, '--html', join(dir, 'nowhere/..', 'clean.mp4'))
    await refused(at('link.mp4'), '--html', clean)
    await refused(clean, '--html', at('link.mp4'))
    await refused(faulty, '--ref', clean, '--html', clean)
    await refused(clean, '--profile', profile, '--junit', profile)
    await refused(clean, '--html', at('one.out'), '--junit', at('one.out'))
    assert.ok(bytes.equals(await readFile(clean)))
    assert.equal(await readFile(profile, 'utf8'), 'extends: ott\n')
    const { code, err } = await qc(clean, '--html', dir)
    assert.equal(`${code} ${/HE_\w+/.exec(err)?.[0]}`, '2 HE_OUTPUT_UNWRITABLE')
  })

  it('refuses what belongs to --watch where nothing is watched', async () => {
    for (const args of [
      ['--out', dir],
      ['--settle', '3'],
      ['--webhook', 'http://127.0.0.1:9/'],
      ['--webhook-secret', 'x'],
    ]) {
      const { code, err } = await qc(clean, ...args)
      assert.equal(code, 2)
      assert.ok(err.includes(`${args[0]} goes with --watch`), err)
    }
  })

  it('stops when it is told to, and leaves nothing half-written', async () => {
    const folder = at('stopped')
    await mkdir(folder)
    const signals = new EventEmitter()
    const sink = { isTTY: false, columns: 100, write: () => true }
    const io = { stdout: sink, stderr: sink, env: {}, cwd: dir, signals, quit: () => {} }
    const running = main(['qc', clean, '--html', join(folder, 'a.html'), '--junit', join(folder, 'a.xml')], io)
    setTimeout(() => signals.emit('SIGTERM', 'SIGTERM'), 300)
    assert.equal(await running, 130)
    assert.deepEqual(await readdir(folder), [])
  })

  it('says why checks were skipped, and where limits come from', async () => {
    const { out } = await qc(clean)
    assert.match(out, /^ {2}\d+ skipped: no master was named \(--ref\)$/m)
    const bad = await qc(faulty, '--profile', 'broadcast')
    assert.match(bad.out, /^ {2}source of picture\.black +EBU QC/m)
  })

  it('inspects sound alone, and a file whose middle is lost', async () => {
    const sound = await makeClip(at('sound.m4a'), {
      format: 'ipod',
      audio: [{ graph: 'anoisesrc=r=48000:d=3:c=pink:a=0.3,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
    })
    const heard = await qc(sound, '--json', '--html', at('sound.html'))
    assert.equal(report(heard.out).checks.find(({ check }) => check === 'picture.black')?.status, 'skipped')
    const bytes = await readFile(clean)
    bytes.fill(0x55, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.6))
    await writeFile(at('hurt.mp4'), bytes)
    const hurt = await qc(at('hurt.mp4'), '--json', '--html', at('hurt.html'))
    assert.ok(report(hurt.out).findings.length > 0, hurt.err)
  })
})

it('headend qc --show-profile prints what --profile reads', () => {
  const script = join(import.meta.dirname, '../../bin/headend.js')
  const { stdout, status } = spawnSync(process.execPath, [script, 'qc', '--show-profile', 'broadcast'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0)
  assert.match(stdout, /^extends: broadcast$/m)
})
