// Plays a previewed package in a real browser: each rung, seeks, then to the end. The preview page does the playing.
import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'

export type PlayOptions = {
  /** For the stretch to the end; 4 when absent. */
  readonly playbackRate?: number
  /** Where to write a PNG of the page while it plays. */
  readonly screenshot?: string
  /** shaka-player gets the playlist instead of the MPD. */
  readonly hlsInShaka?: boolean
  /** For each step; 30 s when absent. */
  readonly timeoutMs?: number
}

export type PlayResult = {
  readonly durationS: number
  /** Where playback ended; null when it never did. */
  readonly endedAtS: number | null
  /** Sizes the player offered, and those whose pictures were seen on screen after choosing them: `1280x720`. */
  readonly rungsOffered: readonly string[]
  readonly rungsShown: readonly string[]
  readonly seeks: readonly { readonly toS: number; readonly landedS: number }[]
  readonly framesTotal: number
  readonly framesDropped: number
  /** What the players, the page and the network complained about, and steps that did not come true in time. */
  readonly errors: readonly string[]
}

export const chromiumPath = process.env.HEADEND_CHROMIUM ?? '/usr/bin/chromium'
const video = (kind: string): string => `document.querySelector('#${kind} video')`

/** Plays a running preview (`openPreview(…).url`) with one player. Null, and a printed reason, where there is no browser. */
export async function playInChromium(
  url: string,
  kind: 'hls' | 'dash',
  options: PlayOptions = {},
): Promise<PlayResult | null> {
  if (!existsSync(chromiumPath)) {
    console.log(`skipped: no Chromium at ${chromiumPath}; set HEADEND_CHROMIUM to play in a browser`)
    return null
  }
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 800 } })
    return await play(page, url, kind, options)
  } finally {
    await browser.close()
  }
}

async function play(page: Page, url: string, kind: 'hls' | 'dash', options: PlayOptions): Promise<PlayResult> {
  const { playbackRate = 4, screenshot, timeoutMs = 30_000, hlsInShaka = false } = options
  const errors: string[] = []
  page.on('console', message => message.type() === 'error' && errors.push(`console: ${message.text()}`))
  page.on('pageerror', error => errors.push(`page: ${error.message}`))
  page.on('response', response => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`))
  const v = video(kind)
  const run = <T>(expression: string): Promise<T> => page.evaluate(expression)
  // Not waitForFunction: it needs eval, which the page's content security policy rightly refuses.
  const until = async (what: string, condition: string): Promise<boolean> => {
    const came = await run<boolean>(`new Promise(resolve => {
      const since = performance.now()
      const look = () => {
        if (${v}.error) resolve(false)
        else if (${condition}) resolve(true)
        else if (performance.now() - since > ${timeoutMs}) resolve(false)
        else setTimeout(look, 50)
      }
      look()
    })`)
    if (!came) errors.push(`never came: ${what}`)
    return came
  }
  /** Plays on from a time and waits until pictures move there. Returns where it landed. */
  const playFrom = async (timeS: number): Promise<number> => {
    // No seek where it already stands: shaka-player 5.2 may stop fetching when one comes while it begins.
    const jump = `if (Math.abs(${v}.currentTime - ${timeS}) > 0.001) ${v}.currentTime = ${timeS}`
    await run(`(() => { ${jump}; ${v}.play().catch(() => {}) })()`)
    await until(`seek to ${timeS} s`, `!${v}.seeking && ${v}.readyState >= 2`)
    const landedS = await run<number>(`${v}.currentTime`)
    await until(`playing at ${timeS} s`, `${v}.currentTime > ${landedS} + 0.15 || ${v}.ended`)
    return landedS
  }

  await page.goto(`${url}?player=${kind}${hlsInShaka ? '&manifest=hls' : ''}`)
  const loaded = await run<boolean>('window.headend.ready')
  const rungsShown: string[] = []
  const seeks: { toS: number; landedS: number }[] = []
  let rungsOffered: string[] = []
  let durationS = 0
  if (loaded && (await until('duration', `${v}.duration > 0`))) {
    durationS = await run<number>(`${v}.duration`)
    await playFrom(0)
    const select = page.locator(`#${kind} select`)
    const labels = await select.locator('option').allTextContents()
    rungsOffered = labels.flatMap(text => /(\d+)×(\d+)/.exec(text)?.slice(1, 3).join('x') ?? [])
    for (const [i, size] of rungsOffered.entries()) {
      const [width, height] = size.split('x')
      // Seek, then choose: shaka-player 5.2 may stop fetching when a seek comes while it clears its buffer for a switch.
      await playFrom((durationS * (i + 1)) / (2 * rungsOffered.length + 2))
      if (rungsOffered.length > 1) await select.selectOption({ index: i + 1 })
      // Sizes repeat where two rungs differ only in bit rate.
      if (await until(`pictures of ${size}`, `${v}.videoWidth === ${width} && ${v}.videoHeight === ${height}`))
        rungsShown.push(size)
    }
    if (rungsOffered.length > 1) await select.selectOption('auto')
    for (const share of [0.8, 0.05, 0.5]) {
      const toS = Math.round(durationS * share * 1000) / 1000
      seeks.push({ toS, landedS: await playFrom(toS) })
    }
    if (screenshot) await page.screenshot({ path: screenshot })
    await run(`void (${v}.playbackRate = ${playbackRate})`)
    await until('the end', `${v}.ended`)
  }
  const ended = await run<boolean>(`${v}.ended`)
  const [framesTotal, framesDropped] = await run<[number, number]>(
    `(q => [q.totalVideoFrames, q.droppedVideoFrames])(${v}.getVideoPlaybackQuality())`,
  )
  const complaints = await run<string[]>(
    'window.headend.errors.map(e => e.player + (e.fatal ? " (fatal)" : "") + ": " + e.message)',
  )
  const media = await run<string | null>(`${v}.error && ${v}.error.message`)
  return {
    durationS,
    endedAtS: ended ? await run<number>(`${v}.currentTime`) : null,
    rungsOffered,
    rungsShown,
    seeks,
    framesTotal,
    framesDropped,
    errors: [...errors, ...complaints, ...(media === null ? [] : [`media: ${media}`])],
  }
}
