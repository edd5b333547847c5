// The CLI's entry: argv in, exit code out. Called by bin/headend.js.
import { CommanderError } from 'commander'
import { HeadendError } from '../core/index.ts'
import { headendVersion } from '../transcode/index.ts'
import { createProgram } from './program.ts'
import { type CliIo, printError, runCommand } from './run-command.ts'
import { readFlags, readGlobals } from './section-options.ts'

const processIo: CliIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signals: process,
  quit: code => process.exit(code),
}

/** Runs one command line (without node and script) and resolves to the exit code; never rejects. */
export async function main(argv: readonly string[], io: CliIo = processIo): Promise<number> {
  // `headend probe x | head` closes our stdout early; that is no failure.
  if (io === processIo)
    process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 3))
  let exit = 0
  try {
    const program = createProgram({
      version: await headendVersion(),
      write: text => void io.stdout.write(text),
      run: async (command, section, handler) => {
        exit = await runCommand(io, readGlobals(command), readFlags(command, section), handler)
      },
    })
    if (argv.length === 0) {
      program.outputHelp()
      return 2
    }
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return printError(io, error instanceof CommanderError ? usageError(error) : error, {
      json: argv.includes('--json'),
      level: 'warn',
    })
  }
}

function usageError(error: CommanderError): HeadendError {
  const [message = '', ...suggestion] = error.message.replace(/^error: /, '').split('\n')
  return new HeadendError(
    'HE_USAGE',
    message,
    suggestion.length > 0 ? { hint: suggestion.join(' ').replace(/^\(|\)$/g, '') } : {},
  )
}
