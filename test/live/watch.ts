// Watches a channel in Chromium with one player and reads the timecode strip of every picture that reaches the screen.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { chromiumPath } from '../e2e/play.ts'

export type Player = 'hls.js' | 'dash.js' | 'shaka-hls' | 'shaka-dash'

export type Watched = {
  /** Age of each picture when it was shown, in milliseconds, in order; and when that was. */
  readonly ages: readonly { readonly atMs: number; readonly ageMs: number }[]
  readonly unreadable: number
  /** Times that the player ran dry, after it had begun. */
  readonly stalls: number
  /** The longest time between two pictures, in milliseconds. */
  readonly longestGapMs: number
  readonly errors: readonly string[]
  readonly sizes: readonly string[]
}

export const hasChromium = existsSync(chromiumPath)

const scriptOf: Readonly<Record<Player, () => URL | string>> = {
  'hls.js': () => import.meta.resolve('hls.js/dist/hls.min.js'),
  'dash.js': () => new URL('../umd/dash.all.min.js', import.meta.resolve('dashjs')),
  'shaka-hls': () => import.meta.resolve('shaka-player/dist/shaka-player.compiled.js'),
  'shaka-dash': () => import.meta.resolve('shaka-player/dist/shaka-player.compiled.js'),
}

/** Each player as its documentation says for low latency; nothing else is changed. */
const startOf: Readonly<Record<Player, string>> = {
  'hls.js': `
    const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.05, liveSyncDuration: 1, liveMaxLatencyDuration: 5, playlistLoadPolicy: { default: { maxTimeToFirstByteMs: 10000, maxLoadTimeMs: 20000, timeoutRetry: { maxNumRetry: 5, retryDelayMs: 200, maxRetryDelayMs: 1000 }, errorRetry: { maxNumRetry: 20, retryDelayMs: 200, maxRetryDelayMs: 1000 } } } })
    hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) state.errors.push(data.details) })
    hls.loadSource(url); hls.attachMedia(video)`,
  'dash.js': `
    const player = dashjs.MediaPlayer().create()
    player.updateSettings({ streaming: { delay: { applyServiceDescription: true }, liveCatchup: { enabled: true } } })
    player.on('error', event => state.errors.push(String(event.error && event.error.message || event.error)))
    player.initialize(video, url, true)`,
  'shaka-hls': shaka(),
  'shaka-dash': shaka(),
}

function shaka(): string {
  return `
    shaka.polyfill.installAll()
    const player = new shaka.Player()
    await player.attach(video)
    player.configure({ streaming: { lowLatencyMode: true } })
    player.addEventListener('error', event => { if (event.detail.severity === 2) state.errors.push('shaka ' + event.detail.code) })
    await player.load(url)`
}

/** The strip's cells are read from a row of the picture as it is shown. 4 bits to find it, 44 of the time, 8 to check it. */
const reader = `
  const CELLS = 56
  const canvas = document.createElement('canvas'); canvas.width = CELLS; canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  function age() {
    const height = video.videoHeight, width = video.videoWidth, cell = Math.floor(width * 1 / CELLS)
    context.drawImage(video, 0, Math.max(1, Math.round(height / 24 / 2) - 1), cell * CELLS, 1, 0, 0, CELLS, 1)
    const data = context.getImageData(0, 0, CELLS, 1).data
    const bits = Array.from({ length: CELLS }, (_, i) => data[i * 4] > 128)
    if (!bits[0] || bits[1] || !bits[2] || bits[3]) return null
    const number = list => list.reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 0)
    const time = number(bits.slice(4, 48))
    let check = 1
    for (let rest = time; rest > 0; rest = Math.floor(rest / 256)) check += rest % 256
    return number(bits.slice(48)) === check % 256 ? Date.now() - time : null
  }`

export type WatchOptions = {
  readonly seconds: number
  /** Before anything counts. */
  readonly warmUpSeconds?: number
  /** Called when the browser runs and before it plays: whoever measures must not disturb the sender by starting a browser. */
  readonly onBrowser?: () => Promise<void>
  /** Called when the warm-up is over. */
  readonly onWarm?: (page: Page) => Promise<void>
  readonly screenshot?: string
}

/** `origin`: of the HTTP server that has the channel; `path`: of the playlist or manifest. */
export async function watch(origin: string, path: string, player: Player, options: WatchOptions): Promise<Watched> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--autoplay-policy=no-user-gesture-required'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1300, height: 760 } })
    await options.onBrowser?.()
    // The page comes from the same place as the channel, so that its pictures may be read.
    await page.route(`${origin}/watch.html`, route =>
      route.fulfill({
        contentType: 'text/html',
        body: '<video muted playsinline autoplay style="width:1280px;height:720px"></video>',
      }),
    )
    await page.goto(`${origin}/watch.html`)
    await page.addScriptTag({ content: readFileSync(fileURLToPath(scriptOf[player]()), 'utf8') })
    await page.evaluate(`(async () => {
      const video = document.querySelector('video'), url = ${JSON.stringify(`${origin}${path}`)}
      const state = window.state = { ages: [], unreadable: 0, stalls: 0, errors: [], sizes: [], counts: false }
      ${reader}
      const look = () => {
        if (state.counts) {
          const ageMs = age()
          if (ageMs === null) state.unreadable++
          state.ages.push({ atMs: performance.now(), ageMs })
          const size = video.videoWidth + 'x' + video.videoHeight
          if (!state.sizes.includes(size)) state.sizes.push(size)
        }
        video.requestVideoFrameCallback(look)
      }
      video.requestVideoFrameCallback(look)
      video.addEventListener('waiting', () => { if (state.counts) state.stalls++ })
      ${startOf[player]}
      video.play().catch(() => {})
    })()`)
    await page.waitForTimeout((options.warmUpSeconds ?? 8) * 1000)
    await page.evaluate('state.counts = true')
    await options.onWarm?.(page)
    await page.waitForTimeout(options.seconds * 1000)
    if (options.screenshot) await page.screenshot({ path: options.screenshot })
    const state = await page.evaluate<{
      ages: { atMs: number; ageMs: number | null }[]
      unreadable: number
      stalls: number
      errors: string[]
      sizes: string[]
    }>('state')
    const times = state.ages.map(({ atMs }) => atMs)
    return {
      ...state,
      ages: state.ages.flatMap(({ atMs, ageMs }) => (ageMs === null ? [] : [{ atMs, ageMs }])),
      longestGapMs: times.slice(1).reduce((most, at, i) => Math.max(most, at - times[i]!), 0),
    }
  } finally {
    await browser.close()
  }
}

/** The value below which this share of the ages lies. */
export function quantile({ ages }: Watched, share: number): number {
  const sorted = ages.map(({ ageMs }) => ageMs).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
