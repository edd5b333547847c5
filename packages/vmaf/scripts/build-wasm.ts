// Compiles assembly/{scalar,simd}/index.ts to wasm/{scalar,vmaf}.wasm. The artifacts are committed, so that installing needs
// no compiler; test/wasm-build.test.ts proves that they are what the sources give.
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** A module to build: its source (relative to the package) and its artifact. */
export type WasmModule = { readonly source: string; readonly artifact: string }

/** The modules of the package: the reference and the one that is used. */
export const wasmModules: readonly WasmModule[] = [
  { source: 'assembly/scalar/index.ts', artifact: 'wasm/scalar.wasm' },
  { source: 'assembly/simd/index.ts', artifact: 'wasm/vmaf.wasm' },
]

const flags = [
  ...['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
]

/** Whether a file of the package exists. */
export async function hasFile(name: string): Promise<boolean> {
  return access(join(root, name)).then(
    () => true,
    () => false,
  )
}

/**
 * Compiles one source (path relative to the package) and returns the module's bytes: the same bytes for the same sources and
 * compiler version.
 * @throws Error when the compiler finds a fault; its report is the message.
 */
export async function compileWasm(source: string): Promise<Uint8Array> {
  // Imported late: the package runs without the compiler, and the test has to find out whether it is there.
  const { main } = await import('assemblyscript/asc')
  const written = new Map<string, Uint8Array>()
  const report: string[] = []
  const say = { write: (chunk: Uint8Array | string): void => void report.push(String(chunk)) }
  const { error } = await main([source, '--baseDir', root, '--outFile', 'out.wasm', ...flags], {
    stdout: say,
    stderr: say,
    writeFile: (name, contents) => void written.set(name, Buffer.from(contents)),
  })
  const bytes = written.get('out.wasm')
  if (error || !bytes) throw new Error(`${source}: ${report.join('') || (error?.message ?? 'nothing was written')}`)
  // A warning today is a wrong pointer tomorrow: the sources compile without any.
  if (report.length > 0) throw new Error(`${source}: ${report.join('')}`)
  return bytes
}

async function buildAll(): Promise<void> {
  for (const { source, artifact } of wasmModules) {
    if (!(await hasFile(source))) {
      process.stdout.write(`${artifact}: left out, ${source} does not exist\n`)
      continue
    }
    const bytes = await compileWasm(source)
    const target = join(root, artifact)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(`${target}.partial`, bytes)
    await rename(`${target}.partial`, target)
    process.stdout.write(`${artifact}: ${bytes.byteLength} bytes\n`)
  }
}

if (import.meta.main) await buildAll()
