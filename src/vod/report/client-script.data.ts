// The page's own script, as text: it runs in the reader's browser, without modules and without a network.
// It reads the report's data from the page and draws the charts with uPlot; everything it shows is in the tables too.

export const clientScript = String.raw`'use strict'
;(() => {
  const report = JSON.parse(document.getElementById('report-data').textContent)
  const root = document.documentElement
  const css = name => getComputedStyle(root).getPropertyValue(name).trim()
  const all = (selector, from = document) => [...from.querySelectorAll(selector)]
  const minus = text => text.replace('-', '\u2212')
  const fixed = (n, d) => (n == null ? '' : minus(n.toFixed(d)))
  const clock = (s, d = 0) => {
    const total = Math.round(s * 10 ** d) / 10 ** d
    const h = Math.floor(total / 3600)
    const m = Math.floor((total % 3600) / 60)
    const rest = (total % 60).toFixed(d).padStart(d ? d + 3 : 2, '0')
    return (h ? h + ':' + String(m).padStart(2, '0') : m) + ':' + rest
  }
  const rate = bps => (bps == null ? '' : bps < 999500 ? Math.round(bps / 1000) + ' kb/s' : (bps / 1e6).toFixed(2) + ' Mb/s')
  const [num, den] = report.plan.duration.split('/').map(Number)
  const duration = num / den

  // Charts

  const metrics = {
    vmaf: { name: 'VMAF', unit: '', decimals: 2 },
    psnrY: { name: 'PSNR-Y', unit: 'dB', decimals: 2 },
    ssimY: { name: 'SSIM-Y', unit: '', decimals: 4 },
    xpsnrY: { name: 'XPSNR-Y', unit: 'dB', decimals: 2 },
  }
  /** Pooled figures and curve of one metric; null where the rung has none. */
  const measured = ({ quality: q }, metric) =>
    !q ? null
    : metric !== 'vmaf' ? { pooled: q[metric], timeS: q.series.timeS, values: q.series[metric] }
    : q.vmaf && { pooled: q.vmaf.score, timeS: q.vmaf.series.timeS, values: q.vmaf.series.score }
  const scored = document.querySelector('input[name="metric"]')
  const state = { metric: scored ? scored.value : 'psnrY', sound: report.audio[0] && report.audio[0].id, hidden: new Set(), zoom: null }
  let charts = []
  let paper = false

  const lineOf = (i, extra) => ({
    stroke: css('--s' + ((i % 8) + 1)), width: 1.5, points: { show: false }, spanGaps: true, ...extra,
  })
  const axis = extra => ({
    stroke: css('--muted'), font: '12px ' + css('--sans'), grid: { stroke: css('--grid'), width: 1 }, ticks: { show: false }, gap: 6, ...extra,
  })
  /** As many decimals as the step between two ticks needs. */
  const plain = (u, ticks, axisIndex, space, step) => ticks.map(t => fixed(t, Math.min(4, (String(step).split('.')[1] || '').length)))
  const timeAxis = () =>
    axis({
      incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
      values: (u, ticks, axisIndex, space, step) => ticks.map(t => clock(t, step < 1 ? 1 : 0)),
      space: 64,
      size: 34,
    })

  /** Fills a rectangle of the plot given in its scales, below the lines. */
  const fill = (u, x0, x1, y0, y1, color) => {
    const { left, top, width, height } = u.bbox
    const px = v => Math.min(left + width, Math.max(left, u.valToPos(v, 'x', true)))
    const py = v => Math.min(top + height, Math.max(top, u.valToPos(v, 'y', true)))
    u.ctx.save()
    u.ctx.fillStyle = color
    const a = x0 == null ? left : px(x0)
    const b = x1 == null ? left + width : px(x1)
    const c = y1 == null ? top : py(y1)
    const d = y0 == null ? top + height : py(y0)
    u.ctx.fillRect(a, c, Math.max(b - a, 1), d - c)
    u.ctx.restore()
  }
  const events = (u, outputs) => {
    const seen = new Set()
    for (const event of outputs.flatMap(o => o.events)) {
      const key = event.kind + event.startS.toFixed(1) + event.endS.toFixed(1)
      if (seen.has(key)) continue
      seen.add(key)
      fill(u, event.startS, event.endS, null, null, css('--event'))
    }
  }

  const sameZoom = u => {
    if (state.zooming) return
    state.zooming = true
    const { min, max } = u.scales.x
    state.zoom = min <= 0 && max >= duration - 1e-6 ? null : [min, max]
    for (const other of charts) if (other.timed && other.u !== u) other.u.setScale('x', { min, max })
    state.zooming = false
  }

  /** Draws one chart with a legend of buttons; lines: [{ id, label, text(idx), fixed? }] in order of the series. */
  function draw(id, { options, data, lines, timed, idle, height = 260 }) {
    const figure = document.getElementById('chart-' + id)
    if (!figure) return
    const plot = figure.querySelector('.plot')
    const legend = figure.querySelector('.legend')
    legend.replaceChildren()
    const values = []
    lines.forEach((line, i) => {
      const item = document.createElement(line.fixed ? 'span' : 'button')
      const mark = document.createElement('span')
      const value = document.createElement('span')
      mark.className = 'line' + (line.dashed ? ' dashed' : '')
      mark.style.setProperty('--c', line.color)
      value.className = 'value'
      item.append(mark, line.label, value)
      if (line.fixed) item.className = 'fixed'
      else {
        item.type = 'button'
        item.setAttribute('aria-pressed', String(!state.hidden.has(line.id)))
        item.addEventListener('click', () => {
          state.hidden.has(line.id) ? state.hidden.delete(line.id) : state.hidden.add(line.id)
          build()
          const again = figure.querySelectorAll('.legend > *')[i]
          if (again) again.focus()
        })
      }
      legend.append(item)
      values.push(value)
    })
    const show = idx => lines.forEach((line, i) => (values[i].textContent = line.text ? line.text(idx) : ''))
    const hooks = { ...options.hooks, setCursor: [u => show(u.cursor.idx == null ? null : u.cursor.idx)] }
    if (timed) hooks.setScale = [(u, key) => key === 'x' && u.status === 1 && sameZoom(u)]
    const u = new uPlot(
      {
        width: paper ? 680 : Math.max(240, plot.clientWidth),
        height,
        legend: { show: false },
        cursor: { sync: timed ? { key: 'time', setSeries: false } : undefined, points: { size: 7 }, drag: { x: !!timed, y: false }, y: false },
        ...options,
        hooks,
      },
      data,
      plot,
    )
    show(null)
    charts.push({ u, plot, timed, height })
    if (timed && state.zoom) u.setScale('x', { min: state.zoom[0], max: state.zoom[1] })
  }

  const xTime = { time: false, range: (u, min, max) => (min == null || min === max ? [0, duration] : [min, max]) }
  const full = (u, min, max) => [min, max]
  const at = (series, idx, text) => (idx == null ? '' : text(series[idx]))

  function drawQuality() {
    const { unit, decimals } = metrics[state.metric]
    const rungs = report.video.map((rung, i) => ({ rung, i, found: measured(rung, state.metric) })).filter(({ found }) => found)
    if (rungs.length === 0) return
    const data = uPlot.join(rungs.map(({ found }) => [found.timeS, found.values]))
    const text = v => fixed(v, decimals) + (unit && v != null ? ' ' + unit : '')
    const lines = rungs.map(({ rung, i, found }, k) => ({
      id: rung.id, label: rung.id, color: 'var(--s' + ((i % 8) + 1) + ')',
      text: idx => (idx == null ? 'mean ' + text(found.pooled.mean) : text(data[k + 1][idx])),
    }))
    draw('quality', {
      timed: true, data, lines, height: 300,
      options: {
        scales: { x: xTime, y: { range: (u, min, max) => uPlot.rangeNum(min, max, 0.08, false) } },
        axes: [timeAxis(), axis({ size: 56, values: plain })],
        series: [{}, ...rungs.map(({ rung, i }) => lineOf(i, { show: !state.hidden.has(rung.id) }))],
        hooks: { drawAxes: [u => events(u, report.video)] },
      },
    })
  }

  function drawBitrate() {
    if (report.video.length === 0) return
    // The last step reaches to the end of the programme.
    const tables = report.video.map(({ bitrate: { timeS, bps } }) =>
      bps.length && timeS[timeS.length - 1] < duration ? [[...timeS, duration], [...bps, bps[bps.length - 1]]] : [timeS, bps],
    )
    const data = uPlot.join(tables)
    const lines = report.video.map((rung, i) => ({
      id: rung.id, label: rung.id, color: 'var(--s' + ((i % 8) + 1) + ')',
      text: idx => (idx == null ? 'average ' + rate(rung.averageBps) : rate(data[i + 1][idx])),
    }))
    const paths = uPlot.paths.stepped({ align: 1 })
    draw('bitrate', {
      timed: true, data, lines,
      options: {
        scales: { x: xTime, y: { range: (u, min, max) => [0, (max || 1) * 1.06] } },
        axes: [timeAxis(), axis({ size: 76, values: (u, ticks) => ticks.map(t => (t === 0 ? '0' : rate(t).replace('.00', ''))) })],
        series: [{}, ...report.video.map((rung, i) => lineOf(i, { paths, show: !state.hidden.has(rung.id) }))],
      },
    })
  }

  function drawLadder() {
    const { name, unit, decimals } = metrics[state.metric]
    const rungs = report.video.filter(rung => measured(rung, state.metric)).sort((a, b) => a.averageBps - b.averageBps)
    if (rungs.length < 2) return
    const pooled = key => rungs.map(rung => measured(rung, state.metric).pooled[key])
    const data = [rungs.map(rung => rung.averageBps), pooled('mean'), pooled('p5')]
    const text = v => fixed(v, decimals) + (unit ? ' ' + unit : '')
    const point = idx => rungs[idx].id + ', ' + rate(rungs[idx].averageBps) + ': '
    const dot = (i, dash) => lineOf(i, { dash, points: { show: true, size: 8, fill: css('--card') } })
    draw('ladder', {
      data, height: 280,
      lines: [
        { fixed: true, label: name + ', mean', color: 'var(--s1)', text: idx => at(data[1], idx, v => point(idx) + text(v)) },
        { fixed: true, label: '5th percentile', color: 'var(--s2)', dashed: true, text: idx => at(data[2], idx, text) },
      ],
      options: {
        scales: {
          x: { time: false, distr: 3, range: (u, min, max) => [min * 0.75, max * 1.35] },
          y: { range: (u, min, max) => uPlot.rangeNum(min, max, 0.12, false) },
        },
        axes: [
          axis({
            size: 34,
            splits: u => {
              const { min, max } = u.scales.x
              const round = [4, 5, 6, 7, 8].flatMap(e => [1, 1.5, 2, 3, 5, 7].map(m => m * 10 ** e)).filter(t => t >= min && t <= max)
              // One label per 70 pixels at most.
              const every = Math.ceil((round.length * 70) / (u.bbox.width / devicePixelRatio))
              return round.filter((t, i) => i % every === 0)
            },
            filter: (u, ticks) => ticks,
            values: (u, ticks) => ticks.map(t => rate(t).replace('.00', '').replace('.50', '.5')),
          }),
          axis({ size: 56, values: plain }),
        ],
        series: [{}, dot(0), dot(1, [6, 3])],
        hooks: {
          draw: [u => {
            u.ctx.save()
            u.ctx.fillStyle = css('--ink')
            u.ctx.font = 12 * devicePixelRatio + 'px ' + css('--sans')
            u.ctx.textAlign = 'right'
            rungs.forEach((rung, i) => {
              const x = u.valToPos(data[0][i], 'x', true)
              const y = u.valToPos(data[1][i], 'y', true)
              u.ctx.fillText(rung.id, x - 8 * devicePixelRatio, y - 7 * devicePixelRatio)
            })
            u.ctx.restore()
          }],
        },
      },
    })
  }

  function drawLoudness() {
    const sound = report.audio.find(a => a.id === state.sound)
    if (!sound) return
    const plan = report.plan.audio.find(a => a.id === sound.id)
    const target = plan && plan.loudness.targetLufs
    const tolerance = plan ? plan.loudness.toleranceLu : 0
    const measured = sound.loudness.integratedLufs
    const { timeS, momentaryLufs, shortTermLufs } = sound.series
    const data = [timeS, momentaryLufs, shortTermLufs]
    const text = v => fixed(v, 1) + ' LUFS'
    const level = (u, value, color, dash, from = 0) => {
      const y = u.valToPos(value, 'y', true)
      if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return
      u.ctx.save()
      u.ctx.strokeStyle = color
      u.ctx.lineWidth = (from ? 3 : 1.5) * devicePixelRatio
      u.ctx.setLineDash(dash.map(n => n * devicePixelRatio))
      u.ctx.beginPath()
      u.ctx.moveTo(u.bbox.left + from * u.bbox.width, y)
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y)
      u.ctx.stroke()
      u.ctx.restore()
    }
    const lines = [
      { id: 'momentary', label: 'Momentary (0.4 s)', color: 'var(--s7)', text: idx => at(data[1], idx, text) },
      { id: 'shortTerm', label: 'Short-term (3 s)', color: 'var(--s1)', text: idx => at(data[2], idx, text) },
    ]
    if (target != null)
      lines.push({ fixed: true, label: 'Target ' + fixed(target, 1) + ' \u00b1' + tolerance + ' LU', color: 'var(--pass)', dashed: true })
    if (measured != null)
      lines.push({ fixed: true, label: 'Integrated ' + text(measured), color: 'var(--s2)' })
    draw('loudness', {
      timed: true, data, lines,
      options: {
        // EBU Tech 3341 4: the EBU +9 scale runs from 18 LU under the target to 9 LU over it; louder programme widens it.
        scales: { x: xTime, y: { range: (u, min, max) => {
          const centre = target != null ? target : measured != null ? measured : -23
          return [centre - 18, Math.max(centre + 9, (max ?? centre) + 1)]
        } } },
        axes: [timeAxis(), axis({ size: 56, values: (u, ticks) => ticks.map(t => fixed(t, 0)) })],
        series: [
          {},
          lineOf(6, { width: 1, show: !state.hidden.has('momentary') }),
          lineOf(0, { width: 2, show: !state.hidden.has('shortTerm') }),
        ],
        hooks: {
          drawAxes: [u => {
            events(u, [sound])
            if (target != null) fill(u, null, null, target - tolerance, target + tolerance, css('--band'))
          }],
          draw: [u => {
            if (target != null) level(u, target, css('--pass'), [7, 4])
            // At the right end only, where it does not hide the target when both agree.
            if (measured != null) level(u, measured, css('--s2'), [], 0.95)
          }],
        },
      },
    })
  }

  function build() {
    for (const { u } of charts) u.destroy()
    charts = []
    drawQuality()
    drawBitrate()
    drawLadder()
    drawLoudness()
  }
  build()

  let width = innerWidth
  addEventListener('resize', () => {
    if (paper || innerWidth === width) return
    width = innerWidth
    for (const { u, plot, height } of charts) u.setSize({ width: Math.max(240, plot.clientWidth), height })
  })
  for (const query of ['(prefers-color-scheme: dark)', '(resolution: ' + devicePixelRatio + 'dppx)'])
    matchMedia(query).addEventListener('change', build)
  for (const name of ['metric', 'sound'])
    for (const input of all('input[name="' + name + '"]'))
      input.addEventListener('change', () => {
        state[name] = input.value
        build()
      })

  // Paper: light colours, everything unfolded, charts as wide as the sheet.

  let folded = []
  addEventListener('beforeprint', () => {
    paper = true
    root.classList.add('paper')
    folded = all('details:not([open])')
    for (const d of folded) d.open = true
    build()
  })
  addEventListener('afterprint', () => {
    paper = false
    root.classList.remove('paper')
    for (const d of folded) d.open = false
    build()
  })

  // Filters

  for (const input of all('[data-filters]')) {
    const section = input.closest('section')
    const output = section.querySelector('output')
    const rows = all('[data-filter]', section)
    const groups = all('details.group', section)
    const before = groups.map(g => g.open)
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
      let shown = 0
      for (const row of rows) {
        const group = row.closest('details.group')
        const text = (row.title + ' ' + row.textContent + ' ' + (group ? group.firstElementChild.textContent : '')).toLowerCase()
        row.hidden = !words.every(word => text.includes(word))
        if (!row.hidden) shown++
      }
      groups.forEach((group, i) => {
        const any = all('[data-filter]', group).some(row => !row.hidden)
        group.hidden = !any
        group.open = words.length ? any : before[i]
      })
      output.textContent = words.length ? shown + ' of ' + rows.length : ''
    })
    input.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !input.value) return
      input.value = ''
      input.dispatchEvent(new Event('input'))
    })
  }
  for (const button of all('[data-toggle-all]')) {
    const groups = all('details.group', button.closest('section'))
    button.addEventListener('click', () => {
      const open = groups.some(g => !g.open)
      for (const g of groups) g.open = open
      button.textContent = open ? 'Close all' : 'Open all'
    })
  }

  // Contents: the section being read

  const links = all('.contents a')
  const seen = new IntersectionObserver(
    entries => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue
        for (const link of links)
          link.hash === '#' + entry.target.id ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current')
      }
    },
    { rootMargin: '-15% 0px -75% 0px' },
  )
  for (const link of links) seen.observe(document.querySelector(link.hash))

  const save = document.getElementById('save-json')
  save.hidden = false
  save.addEventListener('click', () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }))
    link.download = 'report.json'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  })
})()
`
