// What a user gets: the packed tarball in an empty folder, its command, its library, and the examples run against it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { buildPackage, packPackage, packVmaf, root } from '../../scripts/package-steps.ts'
import { makeClip } from '../media/make-media.ts'
import { readFiles } from './source-tree.ts'

const run = promisify(execFile)
let folder: string
let installed: string
let manifest: Record<string, Record<string, string>>

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headend-pack-test-'))
  installed = join(folder, 'user/node_modules/headend')
  await buildPackage(join(folder, 'dist'))
  const tarball = await packPackage(folder, join(folder, 'dist'))
  await mkdir(join(folder, 'user'))
  await writeFile(join(folder, 'user/package.json'), '{ "name": "user", "private": true, "type": "module" }\n')
  await install(tarball, await packVmaf(folder))
  manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
})
after(() => rm(folder, { recursive: true, force: true }))

/**
 * With HEADEND_NETWORK=1 by npm from the registry; else the tarball is unpacked where npm would, and only the
 * dependencies that it declares are linked from the repository: an undeclared one is missed either way.
 */
async function install(tarball: string, vmaf: string): Promise<void> {
  if (process.env.HEADEND_NETWORK === '1') {
    await run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', vmaf, tarball], {
      cwd: join(folder, 'user'),
    })
    return
  }
  console.log('installing by links to node_modules; HEADEND_NETWORK=1 makes it `npm install` from the registry')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    if (name === '@headend/vmaf') continue
    const link = join(installed, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  // Ours, so unpacked like Headend itself.
  const own = join(installed, 'node_modules/@headend/vmaf')
  await mkdir(own, { recursive: true })
  await run('tar', ['-xzf', vmaf, '-C', own, '--strip-components=1'])
  await mkdir(join(folder, 'user/node_modules/.bin'))
  await symlink('../headend/bin/headend.js', join(folder, 'user/node_modules/.bin/headend'))
}

/** Runs Node in the user's folder. */
const node = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, args, { cwd: join(folder, 'user') })

test('the package holds what is needed and nothing else', async () => {
  const top = (await readdir(installed)).filter(name => name !== 'node_modules').toSorted()
  assert.deepEqual(top, ['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'bin', 'dist', 'package.json'])
  for (const key of ['optionalDependencies', 'devDependencies', 'scripts', 'private'])
    assert.equal(key in manifest, false, key)
  const all = await readdir(installed, { recursive: true })
  assert.deepEqual(
    all.filter(path => path.startsWith('dist') && /\.test\.|(?<!\.d)\.ts$/.test(path)),
    [],
  )
  assert.ok(all.includes(join('dist', 'index.d.ts')))
})

test('the package of VMAF holds what is needed, and scores without Headend', async () => {
  const own = join(installed, 'node_modules/@headend/vmaf')
  if (process.env.HEADEND_NETWORK === '1') return
  assert.deepEqual((await readdir(own)).toSorted(), ['LICENSE', 'NOTICE', 'README.md', 'dist', 'package.json', 'wasm'])
  const script = `
    import { scoreFrames } from '@headend/vmaf'
    const plane = { data: new Uint8Array(128 * 96).map((_, i) => (i * 7) % 251), stride: 128 }
    const options = { width: 128, height: 96, bitDepth: 8, workers: 2 }
    for await (const { scores } of scoreFrames([[plane, plane], [plane, plane]], options)) console.log(JSON.stringify(scores))`
  await writeFile(join(installed, 'score.mjs'), script)
  const { stdout } = await run(process.execPath, ['score.mjs'], { cwd: installed })
  assert.match(stdout, /^\{"vmaf_v0\.6\.1":9\d\.\d+\}\n\{"vmaf_v0\.6\.1":9\d/)
})

test('headend --version runs from there', async () => {
  const { stdout } = await node('node_modules/.bin/headend', '--version')
  assert.equal(stdout.trim(), manifest.version)
})

test('both public doors import, and their exports are those of the sources', async () => {
  const ours = { headend: await import('../../src/index.ts'), 'headend/plan': await import('../../src/door-plan.ts') }
  for (const [door, exports] of Object.entries(ours)) {
    const { stdout } = await node(
      '-e',
      `console.log(Object.keys(await import('${door}')).join())`,
      '--input-type=module',
    )
    assert.deepEqual(stdout.trim().split(',').toSorted(), Object.keys(exports).toSorted(), door)
  }
})

test('headend/plan loads no native code and no engine', async () => {
  const script = `await import('headend/plan'); console.log(process.report.getReport().sharedObjects.join('\\n'))`
  const { stdout } = await node('-e', script, '--input-type=module')
  assert.doesNotMatch(stdout, /node-av/)
})

test('examples have at most 20 lines and run against the package', { timeout: 180_000 }, async () => {
  const examples = await readFiles('examples', /\.ts$/)
  assert.deepEqual(
    examples.filter(({ text }) => text.split('\n').length - 1 > 20).map(({ path }) => path),
    [],
  )
  await cp(join(root, 'examples'), join(folder, 'user/examples'), { recursive: true })
  const clip = await makeClip(join(folder, 'clip.mp4'), {
    video: 'testsrc2=s=320x180:r=25:d=2,format=yuv420p',
    audio: [{ graph: 'sine=f=440:r=48000:d=2,aformat=sample_fmts=fltp:channel_layouts=stereo', language: 'eng' }],
  })
  const expected: Readonly<Record<string, RegExp>> = {
    'examples/probe.ts': /h264 320x180 at 25\/1 fps[\s\S]*aac stereo eng/,
    'examples/plan-title.ts': /320x180 avc1\.[0-9a-f]{6}[\s\S]*gain -?\d/i,
    'examples/find-ladder.ts': /v180.*320x180 at CRF \d+, [\d.]+ kbit\/s, VMAF/,
    'examples/explain-plan.ts': /ffmpeg /,
    'examples/loudness.ts': /track 1: -\d+\.\d+ LUFS, -\d+\.\d+ dBTP, fail/,
    'examples/qc.ts': /^fail\n[\s\S]*bitstream\.frame-size at no one moment: 320×180, allowed/,
    'examples/run-vod.ts': /(pass|warn): \d+ checks/,
  }
  assert.deepEqual(
    examples.map(({ path }) => path),
    Object.keys(expected).toSorted(),
  )
  for (const [path, output] of Object.entries(expected)) {
    const { stdout } = await node(path, clip, join(folder, 'package'))
    assert.match(stdout, output, path)
  }
  assert.ok((await readdir(join(folder, 'package'))).includes('report.html'))
})
