// How the published package is made. `npm pack` in the repository would not do: the repository carries Node itself as
// optionalDependencies, and .npmrc switches lifecycle scripts off, so nothing could take them out. A staged folder can.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const root = resolve(import.meta.dirname, '..')

/** Compiles src into `outDir`, from nothing. @throws {Error} with the compiler's messages. */
export async function buildPackage(outDir = join(root, 'dist')): Promise<void> {
  await rm(outDir, { recursive: true, force: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', outDir]).catch(error => {
    throw new Error(`the build failed:\n${error.stdout}${error.stderr}`)
  })
}

/** Where `@headend/vmaf` lives: a package of its own, published beside Headend, which depends on it. */
const vmafRoot = join(root, 'packages/vmaf')

/** Compiles @headend/vmaf and packs it; returns the tarball's path. */
export async function packVmaf(destination: string): Promise<string> {
  const stage = await mkdtemp(join(tmpdir(), 'headend-vmaf-pack-'))
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [
      tsc,
      '-p',
      join(vmafRoot, 'tsconfig.build.json'),
      '--outDir',
      join(stage, 'dist'),
    ]).catch(error => {
      throw new Error(`the build failed:\n${error.stdout}${error.stderr}`)
    })
    const manifest = JSON.parse(await readFile(join(vmafRoot, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const key of ['scripts', 'devDependencies']) delete manifest[key]
    manifest.exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
    await writeFile(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await mkdir(join(stage, 'wasm'))
    await cp(join(vmafRoot, 'wasm/vmaf.wasm'), join(stage, 'wasm/vmaf.wasm'))
    for (const name of ['README.md', 'NOTICE']) await cp(join(vmafRoot, name), join(stage, name))
    await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'))
    return await packStage(stage, destination)
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

async function packStage(stage: string, destination: string): Promise<string> {
  await mkdir(destination, { recursive: true })
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(destination)]
  // npm is a script with a shebang: on Windows it is started through the shell.
  const { stdout } = await run('npm', args, { cwd: stage, shell: process.platform === 'win32' })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  // npm names the tarball of a scoped package after scope and name, and reports it with a slash.
  return join(resolve(destination), filename.replace(/^@/, '').replace('/', '-'))
}

/** Packs `dist` with a package.json that names no Node and no development tools; returns the tarball's path. */
export async function packPackage(destination: string, dist = join(root, 'dist')): Promise<string> {
  const stage = await mkdtemp(join(tmpdir(), 'headend-pack-'))
  try {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const key of ['private', 'scripts', 'devDependencies', 'optionalDependencies', 'workspaces'])
      delete manifest[key]
    await writeFile(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await cp(dist, join(stage, 'dist'), { recursive: true })
    for (const name of ['bin', 'README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE'])
      await cp(join(root, name), join(stage, name), { recursive: true })
    return await packStage(stage, destination)
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}
