// The gateway process: every way in, one socket for the channels to subscribe on.
import { callEngine } from '../engine/index.ts'
import { FeedHub, openRtmpServer, openWhipServer } from '../ingest/index.ts'
import {
  channelName,
  type FeedEvent,
  type PublishRequest,
  type PublishSession,
  type PublishVerdict,
} from '../live/index.ts'
import { askHook } from './hook.ts'
import type { GatewayParams } from './messages.ts'
import { processStats, runProcess, say } from './process.ts'

const STATS_EVERY_MS = 1000
const TEST_RETRY_MS = 1000

/** The name under which a publisher's media is known: `live/key`. */
const feedName = ({ app, key }: PublishRequest): string => [app, key].filter(Boolean).join('/')

runProcess<GatewayParams>(async (params, log) => {
  await using undo = new AsyncDisposableStack()
  const hub = undo.use(await FeedHub.open(params.socketPath, log))
  const controller = new AbortController()
  undo.defer(() => controller.abort())

  const authorize = async (request: PublishRequest): Promise<PublishVerdict> => {
    const name = feedName(request)
    if (!channelName.safeParse(name).success)
      return { ok: false, reason: 'the name of the stream has letters that no channel has' }
    if (params.names && !params.names.includes(name)) return { ok: false, reason: 'no channel takes this stream' }
    if (hub.isOpen(name)) return { ok: false, reason: 'somebody publishes this stream already' }
    if (params.hook === null) return { ok: true }
    const verdict = await askHook(params.hook, request, controller.signal)
    if (!verdict.ok || !hub.isOpen(name)) return verdict
    // While the hook was asked.
    return { ok: false, reason: 'somebody publishes this stream already' }
  }
  const openFeed = ({ request }: PublishSession): ((event: FeedEvent) => void) => {
    const feed = feedName(request)
    const put = hub.publish(feed)
    say({ type: 'opened', feed, protocol: request.protocol, remoteAddress: request.remoteAddress })
    return event => {
      put(event)
      if (event.type === 'end') say({ type: 'closed', feed, reason: event.reason })
    }
  }
  const rtmp = params.rtmp ? undo.use(await openRtmpServer({ ...params.rtmp, authorize, openFeed, log })) : null
  const whip = params.whip ? undo.use(await openWhipServer({ ...params.whip, authorize, openFeed, log })) : null
  for (const { feed, source } of params.tests) void runTests(feed, source)
  const timer = setInterval(() => {
    say({
      type: 'gateway-stats',
      feeds: hub.states.map(({ name, units, bytes, subscribers }) => ({ name, units, bytes, subscribers })),
      sessions: [...(rtmp?.sessions() ?? []), ...(whip?.sessions() ?? [])],
      process: processStats(),
    })
  }, STATS_EVERY_MS)
  undo.defer(() => clearInterval(timer))

  /** A test picture lives in an engine worker; when that dies another one begins. */
  async function runTests(feed: string, source: GatewayParams['tests'][number]['source']): Promise<void> {
    const { signal } = controller
    while (!signal.aborted) {
      const put = hub.publish(feed)
      say({ type: 'opened', feed, protocol: 'test', remoteAddress: '' })
      const onUpdate = (event: unknown): void => put(event as FeedEvent)
      const reason = await callEngine('test-source', source, { signal, log, onUpdate }).then(
        () => 'the test picture is over',
        (error: unknown) => String(error),
      )
      put({ type: 'end', reason })
      say({ type: 'closed', feed, reason })
      if (!signal.aborted) await new Promise(resolve => setTimeout(resolve, TEST_RETRY_MS))
    }
  }

  const resources = undo.move()
  return {
    ports: { ...(rtmp ? { rtmp: rtmp.port } : {}), ...(whip ? { whip: whip.port } : {}) },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
})
