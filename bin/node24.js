// Starts a script under Node 24 or newer. Plain JavaScript that Node 20 understands: this is the code that runs when the
// system's Node is too old. A clone carries a Node 24 in node_modules (optionalDependencies of the repository).
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED = 24
export const isNewEnough = Number.parseInt(process.versions.node, 10) >= NEEDED

/** Path of the Node that npm installed for this platform, or undefined. */
function findNode24() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return undefined
  }
}

/**
 * Runs `script` again under Node 24 with the same stdio; signals go through, and the exit code comes back. Resolves to
 * the exit code; a script that died of a signal ends this process by the same signal.
 */
export function runUnderNode24(script, args) {
  const node = findNode24()
  if (!node) {
    process.stderr.write(
      `error: Headend needs Node ${NEEDED} or newer; this is ${process.version} (${process.execPath})\n` +
        `hint: install Node ${NEEDED} from nodejs.org; in a clone on Linux or Windows, \`npm ci\` without --omit=optional brings it\n`,
    )
    return Promise.resolve(2)
  }
  const child = spawn(node, [script, ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both processes, so the child may get it twice; it takes two within a moment for one.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forward = Object.fromEntries(signals.map(signal => [signal, () => child.kill(signal)]))
  for (const signal of signals) process.on(signal, forward[signal])
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code, signal) => {
      for (const each of signals) process.off(each, forward[each])
      if (signal) process.kill(process.pid, signal)
      else done(code ?? 3)
    })
  })
}

// As a program: node bin/node24.js <script> [arguments …]
if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2)
  if (isNewEnough) {
    process.argv.splice(1, 1)
    process.argv[1] = resolve(script)
    await import(pathToFileURL(resolve(script)).href)
  } else process.exitCode = await runUnderNode24(script, args)
}
