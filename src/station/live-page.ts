// The live page: each channel with its state and figures over the last minutes, and a player for the one that is chosen.

export const livePage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Headend live</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/live.css">
</head>
<body>
<header><h1><b>Headend</b> live</h1><p id="station">connecting …</p></header>
<main>
<section aria-labelledby="player-h" class="panel player">
<h2 id="player-h">No channel</h2>
<video controls muted playsinline autoplay aria-label="Channel"></video>
<p class="controls"><label>Player <select id="kind"><option value="hls">LL-HLS in hls.js</option><option value="dash">LL-DASH in dash.js</option></select></label> <span id="latency" role="status"></span></p>
<p class="addresses"><a id="hls-url" hidden>HLS</a> <a id="dash-url" hidden>DASH</a></p>
<p id="fault" role="alert"></p>
</section>
<section aria-labelledby="channels-h" class="panel"><h2 id="channels-h">Channels</h2><div id="channels"><p class="muted">Nothing is published yet.</p></div></section>
<section aria-labelledby="detail-h" class="panel wide"><h2 id="detail-h">Figures</h2><div id="charts" class="charts"></div><div id="detail"></div></section>
</main>
<noscript>This page needs JavaScript; <a href="/api/status">/api/status</a> has the same as JSON.</noscript>
<script src="/assets/hls.js"></script>
<script src="/assets/dash.js"></script>
<script src="/assets/live.js"></script>
</body>
</html>
`

export const livePageStyle = `
:root { color-scheme: light dark; --bg: #f5f6f8; --card: #fff; --ink: #171b22; --muted: #566072; --line: #dde1e8; --accent: #1d4f91; --good: #1d6b3a; --warn: #8a5a00; --fail: #a8201a; }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1216; --card: #171b21; --ink: #e7eaef; --muted: #a4adbb; --line: #2b323c; --accent: #8ab8f5; --good: #7fd6a0; --warn: #f0c060; --fail: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 -apple-system, BlinkMacSystemFont, Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, "DejaVu Sans Condensed", sans-serif; }
header, main { max-width: 1360px; margin: 0 auto; padding: 0 24px; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 24px; padding-top: 20px; padding-bottom: 14px; }
h1, h2, h3, p { margin: 0; }
h1 { font-size: 15px; font-weight: 400; color: var(--muted); } h1 b { color: var(--ink); }
h2 { font-size: 15px; font-weight: 650; margin-bottom: 10px; overflow-wrap: anywhere; }
#station, .muted { color: var(--muted); }
a { color: var(--accent); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; align-items: start; padding-bottom: 32px; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px 16px; min-width: 0; }
.wide { grid-column: 1 / -1; }
video { display: block; width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: 4px; }
.controls { margin-top: 10px; display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; color: var(--muted); }
.addresses { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 4px; overflow-wrap: anywhere; }
select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--muted); border-radius: 5px; padding: 4px 8px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#fault { color: var(--fail); }
#channels { display: grid; gap: 8px; }
.channel { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; text-align: left; width: 100%; border: 1px solid var(--line); padding: 8px 12px; cursor: pointer; }
.channel[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 3px 0 0 var(--accent); }
.channel b { overflow-wrap: anywhere; } .channel span { color: var(--muted); }
.good { color: var(--good) !important; } .warn { color: var(--warn) !important; } .fail { color: var(--fail) !important; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); gap: 14px 24px; }
figure { margin: 0; min-width: 0; } figcaption { display: flex; justify-content: space-between; gap: 8px; color: var(--muted); font-size: 13px; } figcaption b { color: var(--ink); font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: 56px; border-bottom: 1px solid var(--line); } svg path { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
table { border-collapse: collapse; width: 100%; margin-top: 16px; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: 5px 10px; border-top: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; } th { color: var(--muted); font-weight: 400; }
.scroll { overflow-x: auto; }
ul.reasons { margin: 14px 0 0; padding-left: 18px; color: var(--muted); }
@media (max-width: 640px) { header, main { padding-left: 14px; padding-right: 14px; } }
`

/** The page's script. `window.headend` is for tests: the player, its errors, the latest status. */
export const livePageScript = `'use strict'
;(() => {
  const $ = id => document.getElementById(id)
  const video = document.querySelector('video')
  const headend = { hls: null, dash: null, errors: [], status: null, channel: null }
  window.headend = headend
  const history = new Map()
  const kept = 180
  let last = null

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
    element.append(...children)
    return element
  }
  const rate = bps => bps < 999500 ? Math.round(bps / 1000) + ' kb/s' : (bps / 1e6).toFixed(2) + ' Mb/s'
  const bytes = n => (n / 1048576).toFixed(0) + ' MiB'
  const stateClass = channel => channel.state === 'running' ? (channel.worker && channel.worker.shows === 'picture' ? 'good' : 'warn') : channel.state === 'ended' ? '' : 'fail'
  const stateText = channel => channel.state === 'running' ? (channel.worker && channel.worker.shows === 'picture' ? 'on air' : 'slate: no source') : channel.state === 'waiting' ? 'waits for a source' : channel.state

  function fault(text) { headend.errors.push(text); $('fault').textContent = text }

  function stop() {
    if (headend.hls) headend.hls.destroy()
    if (headend.dash) headend.dash.destroy()
    headend.hls = headend.dash = null
  }

  function play(name) {
    stop()
    headend.channel = name
    $('fault').textContent = ''
    $('player-h').textContent = name
    const hls = '/' + name + '/master.m3u8', dash = '/' + name + '/manifest.mpd'
    for (const [id, url] of [['hls-url', hls], ['dash-url', dash]]) { $(id).href = url; $(id).textContent = location.origin + url; $(id).hidden = false }
    if ($('kind').value === 'hls') {
      // Without the two latencies hls.js never comes back to the edge from which it fell; without retries it gives up while an origin restarts.
      headend.hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.05, liveSyncDuration: 1, liveMaxLatencyDuration: 5, backBufferLength: 30, playlistLoadPolicy: { default: { maxTimeToFirstByteMs: 10000, maxLoadTimeMs: 20000, timeoutRetry: { maxNumRetry: 5, retryDelayMs: 200, maxRetryDelayMs: 1000 }, errorRetry: { maxNumRetry: 20, retryDelayMs: 200, maxRetryDelayMs: 1000 } } } })
      headend.hls.on(Hls.Events.ERROR, (_, data) => {
        if (!data.fatal) return
        fault(data.details)
        if (data.type === Hls.ErrorTypes.MEDIA_ERROR) headend.hls.recoverMediaError()
        else setTimeout(() => headend.channel === name && $('kind').value === 'hls' && play(name), 2000)
      })
      headend.hls.loadSource(hls)
      headend.hls.attachMedia(video)
    } else {
      headend.dash = dashjs.MediaPlayer().create()
      headend.dash.updateSettings({ streaming: { delay: { applyServiceDescription: true }, liveCatchup: { enabled: true } } })
      headend.dash.on('error', event => fault('dash.js: ' + (event.error && event.error.message || event.error)))
      headend.dash.initialize(video, dash, true)
    }
    video.play().catch(() => {})
  }
  $('kind').addEventListener('change', () => headend.channel && play(headend.channel))

  function showChannels(channels) {
    const box = $('channels')
    if (channels.length === 0) return
    box.replaceChildren(...channels.map(channel => {
      const viewers = channel.origin ? channel.origin.viewers : 0
      const button = make('button', { type: 'button', class: 'channel', 'aria-pressed': String(channel.name === headend.channel) },
        make('b', {}, channel.name), make('span', { class: stateClass(channel) }, stateText(channel)),
        make('span', {}, describe(channel)), make('span', {}, viewers + (viewers === 1 ? ' viewer' : ' viewers')))
      button.addEventListener('click', () => { play(channel.name); show() })
      return button
    }))
  }

  const describe = channel => {
    const renditions = channel.worker ? channel.worker.renditions.map(each => each.id) : []
    return renditions.length > 0 ? renditions.join(', ') + (channel.restarts > 0 ? ', ' + channel.restarts + ' restarts' : '') : channel.error || ''
  }

  /** What is drawn over time: name, unit, value of a status and the one before. */
  const curves = [
    ['Source', 'Mb/s', (now, before, s) => before && (total(now, 'bytes') - total(before, 'bytes')) * 8 / s / 1e6],
    ['Jitter', 'ms', now => most(now, 'jitterMs')],
    ['Buffer', 'ms', now => now.delayMs],
    ['Encode', 'ms a frame', now => now.encodeMs],
    ['Lag', 'ms', now => now.lagMs],
    ['Sound ahead', 'ms', now => now.soundAheadMs],
    ['Clock', 'ppm', now => now.inputs[0] ? now.inputs[0].clock.ppm : null],
    ['Repeated', 'frames a second', (now, before, s) => before && before.frames && (now.frames.repeated - before.frames.repeated) / s],
  ]
  const streams = worker => worker.inputs.flatMap(input => input.streams)
  const total = (worker, key) => streams(worker).reduce((sum, stream) => sum + stream[key], 0)
  const most = (worker, key) => Math.max(0, ...streams(worker).map(stream => stream[key]))

  function remember(status) {
    for (const { name, worker } of status.channels) {
      if (!worker) continue
      const list = history.get(name) || []
      const before = list.at(-1)
      if (before && before.worker.unixMs === worker.unixMs) continue
      const seconds = before ? Math.max(0.2, (worker.unixMs - before.worker.unixMs) / 1000) : 1
      const values = curves.map(([, , value]) => { const v = worker.frames || !/frames/.test(String(value)) ? value(worker, before && before.worker, seconds) : null; return typeof v === 'number' && Number.isFinite(v) ? v : null })
      list.push({ worker, values })
      if (list.length > kept) list.shift()
      history.set(name, list)
    }
  }

  function chart(index, list) {
    const values = list.map(each => each.values[index])
    const present = values.filter(value => value !== null)
    const low = Math.min(0, ...present), high = Math.max(1, ...present)
    const points = values.flatMap((value, i) => value === null ? [] : [(i + kept - values.length) + ' ' + (50 - (value - low) / (high - low) * 46).toFixed(1)])
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    svg.setAttribute('viewBox', '0 0 ' + kept + ' 54'); svg.setAttribute('preserveAspectRatio', 'none'); svg.setAttribute('aria-hidden', 'true')
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', points.length > 1 ? 'M' + points.join('L') : '')
    svg.append(path)
    const [name, unit] = curves[index]
    const value = present.at(-1)
    return make('figure', {}, make('figcaption', {}, name, make('b', {}, value === undefined ? 'not known' : (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1)) + ' ' + unit)), svg)
  }

  function table(head, rows) {
    const body = rows.map(row => make('tr', {}, ...row.map(cell => make('td', {}, String(cell ?? '')))))
    return make('div', { class: 'scroll' }, make('table', {}, make('thead', {}, make('tr', {}, ...head.map(name => make('th', { scope: 'col' }, name)))), make('tbody', {}, ...body)))
  }

  function showDetail(channel) {
    const list = history.get(channel.name) || []
    $('detail-h').textContent = 'Figures of ' + channel.name
    $('charts').replaceChildren(...curves.map((_, i) => chart(i, list)))
    const worker = channel.worker
    if (!worker) { $('detail').replaceChildren(); return }
    const inputs = worker.inputs.flatMap(input => input.streams.map(stream => [input.name + (input.active ? ' (on air)' : ''), stream.kind + ' ' + stream.codec, stream.units, stream.jitterMs + ' ms', stream.depthMs + ' ms', stream.keyIntervalMs === null ? '' : stream.keyIntervalMs + ' ms', stream.damaged, stream.jitterBuffer.late]))
    const frames = worker.frames || {}
    $('detail').replaceChildren(
      table(['Input', 'Stream', 'Units', 'Jitter', 'Depth', 'Key frames every', 'Damaged', 'Late'], inputs),
      table(['Shown', 'Repeated', 'Dropped', 'Thinned', 'Pressure', 'Memory', 'CPU'], [[frames.shown, frames.repeated, frames.dropped, worker.thinned, worker.pressure, bytes(worker.rssBytes), worker.cpuSeconds.toFixed(0) + ' s']]),
      make('ul', { class: 'reasons' }, ...channel.reasons.map(reason => make('li', {}, reason))))
  }

  function show() {
    const status = headend.status
    if (!status || !status.processes) return
    showChannels(status.channels)
    if (headend.channel === null) { const first = status.channels.find(channel => channel.state === 'running' && channel.origin && channel.origin.tracks.some(track => track.segments > 1)); if (first) play(first.name) }
    const chosen = status.channels.find(channel => channel.name === headend.channel)
    if (chosen) showDetail(chosen)
    const processes = Object.entries(status.processes).map(([name, each]) => name + ' ' + bytes(each.rssBytes) + (each.restarts ? ' (' + each.restarts + ' restarts)' : ''))
    $('station').textContent = 'up ' + Math.round(status.uptimeMs / 1000) + ' s · ' + processes.join(' · ')
  }

  async function poll() {
    try {
      const status = await (await fetch('/api/status', { cache: 'no-store' })).json()
      headend.status = status
      if (status.processes) remember(status)
      show()
    } catch { $('station').textContent = 'the origin does not answer' }
    setTimeout(poll, 1000)
  }
  setInterval(() => {
    const seconds = headend.hls ? headend.hls.latency : headend.dash && headend.dash.isReady() ? headend.dash.getCurrentLiveLatency() : 0
    $('latency').textContent = seconds > 0 ? seconds.toFixed(2) + ' s behind' : ''
  }, 500)
  poll()
})()
`
