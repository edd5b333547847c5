// The preview page: hls.js on the playlist beside shaka-player on the MPD, each with its rung, buffer and errors shown.
/** What a package has to show. */
export type PackageFiles = {
  /** Paths relative to the directory, with `/`; null where there is none. */
  readonly hls: string | null
  readonly dash: string | null
  readonly report: string | null
  /** Whether players need a licence. */
  readonly encrypted: boolean
}

/** Where the page asks for ClearKey licences. */
export const licencePath = '/_headend/licence'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string): string => text.replace(/[&<>"']/g, c => entities[c]!)
const href = (path: string): string => `/${path.split('/').map(encodeURIComponent).join('/')}`

function panel(kind: 'hls' | 'dash', title: string, path: string | null): string {
  if (path === null)
    return `<section class="panel"><h2>${title}</h2><p class="missing">This package has no such manifest.</p></section>`
  return `<section class="panel" id="${kind}" data-src="${escapeText(href(path))}" aria-labelledby="${kind}-h">
<h2 id="${kind}-h">${title} <a href="${escapeText(href(path))}"><code>${escapeText(path)}</code></a></h2>
<video controls muted playsinline preload="auto" aria-label="${title}"></video>
<p class="controls"><label>Rendition <select disabled><option value="auto">Auto</option></select></label></p>
<dl><div><dt>Playing</dt><dd data-stat="rung">not loaded</dd></div><div><dt>Size on screen</dt><dd data-stat="size"></dd></div>
<div><dt>Buffered ahead</dt><dd data-stat="buffer"></dd></div><div><dt>Estimated bandwidth</dt><dd data-stat="bandwidth"></dd></div>
<div><dt>Frames dropped</dt><dd data-stat="dropped"></dd></div><div><dt>Position</dt><dd data-stat="position"></dd></div></dl>
<ul class="errors" role="alert" aria-label="Errors of ${title}"></ul>
</section>`
}

/** The page for one package. `?player=hls` or `?player=dash` starts only that one; `&manifest=hls` gives shaka-player the playlist. */
export function previewPage(files: PackageFiles): string {
  const report = files.report === null ? '' : `<a href="${escapeText(href(files.report))}">Open the report</a>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Headend preview</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_headend/preview.css">
</head>
<body${files.encrypted ? ` data-licence="${licencePath}"` : ''}>
<header><h1><b>Headend</b> preview</h1><p>${report}</p></header>
<main>
${panel('hls', 'HLS in hls.js', files.hls)}
${panel('dash', 'DASH in shaka-player', files.dash)}
</main>
<script src="/_headend/hls.js"></script>
<script src="/_headend/shaka.js"></script>
<script src="/_headend/preview.js"></script>
</body>
</html>
`
}

export const previewStyle = `
:root { color-scheme: light dark; --bg: #f5f6f8; --card: #fff; --ink: #171b22; --muted: #566072; --line: #dde1e8; --edge: #7a8495; --accent: #1d4f91; --fail: #a8201a; --fail-bg: #fcebea; }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1216; --card: #171b21; --ink: #e7eaef; --muted: #a4adbb; --line: #2b323c; --edge: #838d9d; --accent: #8ab8f5; --fail: #ff8a80; --fail-bg: #331918; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 -apple-system, BlinkMacSystemFont, Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, "DejaVu Sans Condensed", sans-serif; }
header, main { max-width: 1360px; margin: 0 auto; padding: 0 24px; }
header { display: flex; justify-content: space-between; align-items: baseline; padding-top: 20px; padding-bottom: 14px; }
h1, h2, p, dl, dd, ul { margin: 0; }
h1 { font-size: 15px; font-weight: 400; color: var(--muted); } h1 b { color: var(--ink); }
a { color: var(--accent); }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; align-items: start; padding-bottom: 32px; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px 16px; min-width: 0; }
h2 { font-size: 15px; font-weight: 650; margin-bottom: 10px; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 12px; }
h2 a { font-weight: 400; }
video { display: block; width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: 4px; }
.controls { margin: 12px 0 4px; color: var(--muted); }
select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: 5px; padding: 4px 8px; margin-left: 6px; max-width: 100%; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0 24px; }
dl div { display: flex; justify-content: space-between; gap: 12px; border-top: 1px solid var(--line); padding: 6px 0; }
dt, .missing { color: var(--muted); } dd { font-variant-numeric: tabular-nums; text-align: right; min-height: 1.5em; }
.errors { list-style: none; padding: 0; display: grid; gap: 6px; margin-top: 6px; }
.errors li { background: var(--fail-bg); color: var(--fail); border-radius: 5px; padding: 7px 12px; overflow-wrap: anywhere; }
@media (max-width: 640px) { header, main { padding-left: 14px; padding-right: 14px; } dl { grid-template-columns: 1fr; } }
`

/** The page's script. `window.headend` is for tests: { hls, shaka, ready, errors }; `ready` settles when all have loaded. */
export const previewScript = `'use strict'
;(() => {
  const asked = new URLSearchParams(location.search)
  const only = asked.get('player')
  const licence = document.body.dataset.licence ? location.origin + document.body.dataset.licence : null
  // hls.js pairs what the media names with the first key there is: each licence is asked for by the key id of its own segment.
  const askByKeyId = (type, data, context) => {
    const id = btoa(String.fromCharCode(...context.decryptdata.keyId)).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
    return { initDataType: 'keyids', initData: new TextEncoder().encode(JSON.stringify({ kids: [id] })).buffer }
  }
  const headend = { hls: null, shaka: null, ready: null, errors: [] }
  window.headend = headend
  const rate = bps => (!(bps > 0) ? 'unknown' : bps < 999500 ? Math.round(bps / 1000) + ' kb/s' : (bps / 1e6).toFixed(2) + ' Mb/s')
  const clock = s => (!Number.isFinite(s) ? '' : Math.floor(s / 60) + ':' + (s % 60).toFixed(1).padStart(4, '0'))
  const rungText = rung => (rung.height ? rung.width + '×' + rung.height + ', ' : '') + rate(rung.bps)

  /** rungs(): [{ key, width, height, bps }]; current(): one of them or null; choose(key or null for auto). */
  function watch(panel, video, { rungs, current, choose, bandwidth }) {
    const select = panel.querySelector('select')
    const stat = name => panel.querySelector('[data-stat="' + name + '"]')
    const options = rungs()
    for (const rung of options) {
      const option = document.createElement('option')
      option.value = String(rung.key)
      option.textContent = rungText(rung)
      select.append(option)
    }
    select.disabled = options.length < 2
    select.addEventListener('change', () => choose(select.value === 'auto' ? null : options.find(rung => String(rung.key) === select.value)))
    const show = () => {
      const rung = current()
      stat('rung').textContent = rung ? rungText(rung) : 'not yet known'
      stat('size').textContent = video.videoWidth ? video.videoWidth + '×' + video.videoHeight : 'no picture'
      let ahead = 0
      for (let i = 0; i < video.buffered.length; i++)
        if (video.buffered.start(i) <= video.currentTime + 0.1 && video.buffered.end(i) > video.currentTime) ahead = video.buffered.end(i) - video.currentTime
      stat('buffer').textContent = ahead.toFixed(1) + ' s'
      stat('bandwidth').textContent = rate(bandwidth())
      const quality = video.getVideoPlaybackQuality()
      stat('dropped').textContent = quality.droppedVideoFrames + ' of ' + quality.totalVideoFrames
      stat('position').textContent = clock(video.currentTime) + ' of ' + clock(video.duration)
    }
    show()
    setInterval(show, 250)
  }

  function report(panel, player, fatal, message) {
    headend.errors.push({ player, fatal, message })
    const item = document.createElement('li')
    item.textContent = (fatal ? 'Stopped: ' : 'Recovered: ') + message
    panel.querySelector('.errors').append(item)
  }

  function startHls(panel) {
    const video = panel.querySelector('video')
    return new Promise((resolve, reject) => {
      if (!Hls.isSupported()) {
        report(panel, 'hls', true, 'This browser has no Media Source Extensions.')
        reject(new Error('no MSE'))
        return
      }
      const clearKey = { licenseUrl: licence, generateRequest: askByKeyId }
      const hls = new Hls(licence ? { emeEnabled: true, drmSystems: { 'org.w3.clearkey': clearKey } } : {})
      headend.hls = hls
      hls.on(Hls.Events.ERROR, (event, data) => {
        // A request that hls.js itself gave up because it seeks or switches.
        if (!data.fatal && data.details === Hls.ErrorDetails.INTERNAL_ABORTED) return
        const cause = data.error ? ' (' + data.error.message + ')' : ''
        const where = data.url || (data.frag && data.frag.url) || ''
        report(panel, 'hls', data.fatal, [data.type, data.details, where].filter(Boolean).join(' ') + cause)
        if (data.fatal) reject(new Error(data.details))
      })
      const rungs = () =>
        hls.levels.map((level, key) => ({ key, width: level.width, height: level.height, bps: level.averageBitrate || level.bitrate }))
      hls.once(Hls.Events.MANIFEST_PARSED, () => {
        watch(panel, video, {
          rungs,
          current: () => rungs()[hls.currentLevel] || null,
          // At once, not from the next segment on: who chooses a rung wants to see it, and the last segment has no next.
          choose: rung => (rung ? (hls.currentLevel = rung.key) : (hls.nextLevel = -1)),
          bandwidth: () => hls.bandwidthEstimate,
        })
        resolve()
      })
      hls.loadSource(panel.dataset.src)
      hls.attachMedia(video)
    })
  }

  async function startShaka(panel) {
    const video = panel.querySelector('video')
    shaka.polyfill.installAll()
    if (!shaka.Player.isBrowserSupported()) {
      report(panel, 'shaka', true, 'This browser has no Media Source Extensions.')
      throw new Error('no MSE')
    }
    const player = new shaka.Player()
    headend.shaka = player
    const plays = asked.get('manifest') === 'hls' ? document.querySelector('#hls').dataset.src : panel.dataset.src
    if (licence) player.configure({ drm: { servers: { 'org.w3.clearkey': licence } } })
    const names = code => Object.keys(shaka.util.Error.Code).find(name => shaka.util.Error.Code[name] === code) || ''
    const failed = error => {
      const fatal = error.severity === shaka.util.Error.Severity.CRITICAL
      const data = (error.data || []).filter(value => typeof value === 'string' || typeof value === 'number').join(' ')
      report(panel, 'shaka', fatal, [error.code, names(error.code), error.code ? data : error.message].filter(Boolean).join(' '))
    }
    player.addEventListener('error', event => failed(event.detail))
    try {
      await player.attach(video)
      await player.load(plays)
    } catch (error) {
      failed(error)
      throw error
    }
    const size = track => (track.width || 0) + 'x' + (track.height || 0) + '@' + (track.videoBandwidth || track.bandwidth)
    const rungOf = track => ({ key: size(track), width: track.width, height: track.height, bps: track.videoBandwidth || track.bandwidth, track })
    const rungs = () => {
      const bySize = new Map()
      for (const track of player.getVariantTracks()) if (!bySize.has(size(track)) || track.active) bySize.set(size(track), rungOf(track))
      return [...bySize.values()].sort((a, b) => a.bps - b.bps)
    }
    watch(panel, video, {
      rungs,
      current: () => {
        const active = player.getVariantTracks().find(track => track.active)
        return active ? rungOf(active) : null
      },
      choose: rung => {
        player.configure('abr.enabled', rung === null)
        if (rung === null) return
        // The variant of that rung with the sound that plays now.
        const active = player.getVariantTracks().find(track => track.active)
        const same = player.getVariantTracks().filter(track => size(track) === rung.key)
        player.selectVariantTrack(same.find(track => active && track.audioId === active.audioId) || same[0], true)
      },
      bandwidth: () => player.getStats().estimatedBandwidth,
    })
  }

  const starts = []
  const hlsPanel = document.getElementById('hls')
  const dashPanel = document.getElementById('dash')
  if (hlsPanel && dashPanel && only) (only === 'dash' ? hlsPanel : dashPanel).hidden = true
  if (hlsPanel && only !== 'dash') starts.push(startHls(hlsPanel))
  if (dashPanel && only !== 'hls') starts.push(startShaka(dashPanel))
  headend.ready = Promise.allSettled(starts).then(results => results.every(result => result.status === 'fulfilled'))
})()
`
