// Around every command: configuration, logger, progress, Ctrl-C, and one place that turns the outcome into output and exit code.
import type { Log, LogLevel, OnProgress } from '../core/index.ts'
import { type Config, type ConfigLayers, resolveConfig } from './config.ts'
import { readConfigFile } from './config-file.ts'
import { logLevels } from './config-schema.ts'
import { formatError, toHeadendError } from './format-error.ts'
import { listenForInterrupt, type SignalSource } from './interrupt.ts'
import { createLogger } from './logger.ts'
import { createProgressView } from './progress-view.ts'
import { createScreen, type ScreenStream } from './screen.ts'

/** What the CLI needs of its process; tests bring their own. */
export type CliIo = {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: ScreenStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly signals: SignalSource
  readonly quit: (code: number) => void
}

export type GlobalOptions = { readonly json: boolean; readonly quiet: boolean; readonly config: string | undefined }

export type CommandContext = {
  readonly config: Config
  readonly signal: AbortSignal
  readonly log: Log
  readonly onProgress: OnProgress
  /** Prints a result to stdout: the object with --json, else the text. */
  readonly show: (data: unknown, text: string) => void
}

/** Does the work and prints its result; resolves to the exit code: 0, or 1 when a verdict failed. */
export type CommandHandler = (context: CommandContext) => Promise<0 | 1>

export async function runCommand(
  io: CliIo,
  options: GlobalOptions,
  flags: ConfigLayers['flags'],
  handler: CommandHandler,
): Promise<number> {
  const screen = createScreen(io.stderr)
  const view = createProgressView(screen)
  using interrupt = listenForInterrupt({
    source: io.signals,
    quit: io.quit,
    onFirst: () => screen.line('stopping; press Ctrl-C again to quit at once'),
  })
  let level = askedLevel(flags, io)
  try {
    const file = await readConfigFile(options.config ?? (io.env.HEADEND_CONFIG || undefined), io.cwd)
    const config = resolveConfig({ file, env: io.env, flags })
    level = config.values.log.level
    const exit = await handler({
      config,
      signal: interrupt.signal,
      log: createLogger(level, screen),
      onProgress: options.quiet ? () => {} : view.onProgress,
      show: (data, text) => {
        view.end('done')
        io.stdout.write(`${options.json ? JSON.stringify(data, null, 2) : text}\n`)
      },
    })
    view.end('done')
    return exit
  } catch (error) {
    view.end('failed')
    return printError(io, error, { json: options.json, level })
  }
}

/** Prints `error` where its reader looks for it; returns the exit code. */
export function printError(
  io: Pick<CliIo, 'stdout' | 'stderr'>,
  thrown: unknown,
  { json, level }: { json: boolean; level: LogLevel },
): number {
  const error = toHeadendError(thrown)
  if (json) io.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`)
  if (!json || level === 'debug' || level === 'trace') io.stderr.write(`${formatError(error, level)}\n`)
  return error.exitCode
}

/** The level to report an error of the configuration itself at. */
function askedLevel(flags: ConfigLayers['flags'], io: CliIo): LogLevel {
  const asked = flags['log.level']?.text ?? io.env.HEADEND_LOG_LEVEL
  return logLevels.find(level => level === asked) ?? 'warn'
}
