// The demo: makes a master (or takes yours), runs `headend vod` on it as you would, and says what to type next.
// Run: npm run demo [-- <file> [options of headend vod]]
import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join, relative, resolve } from 'node:path'
import { main } from '../src/cli/main.ts'
import { makeDemoMaster } from '../test/media/make-media.ts'

const root = resolve(import.meta.dirname, '..')
const [given, ...options] = process.argv.slice(2)
const out = join(root, 'out')
// Paths as the user would type them.
const show = (path: string): string => relative(process.cwd(), path) || '.'

/** Makes the master; an interrupt leaves none. */
async function makeMaster(): Promise<string> {
  const path = join(out, 'demo-master.mov')
  const controller = new AbortController()
  const stop = (): void => controller.abort(new Error('stopped'))
  process.once('SIGINT', stop)
  console.log(`making ${show(path)}: 6 s of motion, grain and cuts with 5.1 sound`)
  try {
    return await makeDemoMaster(path, { frames: 60, signal: controller.signal })
  } catch (error) {
    await rm(path, { force: true })
    if (!controller.signal.aborted) throw error
    console.error('stopped; nothing was left behind')
    process.exit(130)
  } finally {
    process.off('SIGINT', stop)
  }
}

await mkdir(out, { recursive: true })
const master = given ?? show(await makeMaster())
const target = show(join(out, given ? `demo-${basename(given, extname(given))}` : 'demo'))
// A fast preset and few rungs: the search is then a matter of minutes on any machine.
const command = [
  'vod',
  master,
  '-o',
  target,
  '--force',
  ...(given ? [] : ['--preset', 'veryfast', '--max-rungs', '4']),
  ...options,
]
console.log(`\n$ npx headend ${command.join(' ')}\n`)
const exit = await main(command)
if (exit === 0) {
  console.log(`\nLook at ${join(target, 'report.html')}, then play it:\n\n  npx headend preview ${target}\n`)
}
process.exitCode = exit
