// What the engine worker can be asked to do.
import { getFFmpegInfo } from 'node-av/lib'
import type { Log } from '../core/index.ts'
import { runGraph } from '../graph/index.ts'
import { GraphSpec } from '../model/index.ts'
import { Channel, type ChannelCommand, type ChannelParams } from './channel/channel.ts'
import { inspectInput } from './inspect.ts'
import { liveItems } from './items.ts'
import type { FromWorker } from './messages.ts'
import { mediaNodes } from './registry.ts'
import { runTestSource, type TestSourceParams } from './test-source.ts'
import { trialEncode } from './trial-encode.ts'

export type MethodContext = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly send: (message: FromWorker) => Promise<void>
  /** Hears what the parent tells meanwhile. */
  readonly told: (listener: (value: unknown) => void) => void
}

const STATS_EVERY_MS = 500

async function graph(
  params: unknown,
  { signal, log, send }: MethodContext,
): Promise<{ liveItems: number; peakRssBytes: number }> {
  const spec = GraphSpec.parse(params)
  const run = runGraph(spec, mediaNodes, { signal, log, onEvent: event => void send({ type: 'event', event }) })
  const timer = setInterval(
    () => void send({ type: 'stats', stats: run.stats(), rssBytes: process.memoryUsage.rss() }),
    STATS_EVERY_MS,
  )
  try {
    await run.done
  } finally {
    clearInterval(timer)
    await send({ type: 'stats', stats: run.stats(), rssBytes: process.memoryUsage.rss() })
  }
  return { liveItems: liveItems(), peakRssBytes: process.resourceUsage().maxRSS * 1024 }
}

/** Runs a live channel until it is told to end. */
async function channel(params: unknown, { signal, log, send, told }: MethodContext): Promise<{ liveItems: number }> {
  {
    using running = new Channel(params as ChannelParams, {
      signal,
      log,
      update: value => void send({ type: 'update', value }),
      told: listener => told(value => listener(value as ChannelCommand)),
    })
    await running.run()
  }
  return { liveItems: liveItems() }
}

export const workerMethods: Readonly<Record<string, (params: unknown, context: MethodContext) => Promise<unknown>>> = {
  graph,
  inspect: (params, context) => {
    const { path, scan } = params as { path: string; scan: 'full' | 'head' }
    return inspectInput(path, { ...context, scan })
  },
  channel,
  'test-source': async (params, { signal, send }) => {
    await runTestSource(params as TestSourceParams, {
      signal,
      emit: value => void send({ type: 'update', value }),
    })
  },
  trial: (params, context) => trialEncode(params as Parameters<typeof trialEncode>[0], context),
  about: async () => ({ ffmpeg: getFFmpegInfo().version }),
}
