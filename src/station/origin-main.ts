// The origin process: players, the live page, the status as JSON and for Prometheus.
import { Secret } from '../core/index.ts'
import { openOrigin } from '../origin/index.ts'
import { openControl } from './control.ts'
import type { OriginParams, StationStatus } from './messages.ts'
import { openPages } from './pages.ts'
import { processStats, runProcess, say } from './process.ts'

const STATS_EVERY_MS = 1000

runProcess<OriginParams>(async (params, log) => {
  let status: StationStatus | null = null
  const pages = openPages(() => status)
  const { http, viewerKey, apiToken, ...options } = params
  const origin = await openOrigin({
    ...options,
    ...http,
    log,
    ...(viewerKey ? { viewerKey: new Secret(viewerKey) } : {}),
    others: async (request, response) => (await control(request, response)) || pages(request, response),
  })
  const control = openControl({
    token: apiToken ? new Secret(apiToken) : null,
    breaks: channel => origin.breaks(channel),
    force: (channel, input) => say({ type: 'force', channel, input }),
  })
  const timer = setInterval(
    () => say({ type: 'origin-stats', channels: origin.stats(), process: processStats() }),
    STATS_EVERY_MS,
  )
  return {
    ports: { http: origin.port },
    told: message => {
      if (message.type === 'status') status = message.status
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await origin[Symbol.asyncDispose]()
    },
  }
})
