// The QC page's own script, as text: it runs in the reader's browser, without modules and without a network.

export const pageScript = `'use strict'
;(() => {
  const data = JSON.parse(document.getElementById('report-data').textContent)
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const clock = s => {
    const whole = Math.floor(s / 60)
    const rest = (s - 60 * whole).toFixed(data.durationS < 60 ? 2 : 1).padStart(data.durationS < 60 ? 5 : 4, '0')
    const hours = Math.floor(whole / 60)
    return (hours > 0 ? hours + ':' + String(whole % 60).padStart(2, '0') : whole) + ':' + rest
  }

  const rows = [...document.querySelectorAll('.findings tbody tr')]
  const buttons = [...document.querySelectorAll('[data-filter]')]
  const find = document.getElementById('find')
  const shown = document.getElementById('shown')
  const filter = () => {
    const on = new Set(buttons.filter(b => b.getAttribute('aria-pressed') === 'true').map(b => b.dataset.filter))
    const word = find.value.trim().toLowerCase()
    let count = 0
    rows.forEach((row, i) => {
      const match = on.has(row.dataset.severity) && (word === '' || row.textContent.toLowerCase().includes(word))
      row.hidden = !match
      for (const mark of document.querySelectorAll('.mark[href="#f' + (i + 1) + '"]')) mark.hidden = !match
      if (match) count++
    })
    shown.textContent = count === rows.length ? '' : count + ' of ' + rows.length
  }
  if (rows.length > 0) {
    for (const button of buttons)
      button.addEventListener('click', () => {
        button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
        filter()
      })
    find.addEventListener('input', filter)
    for (const mark of document.querySelectorAll('.mark'))
      mark.addEventListener('click', () => {
        const row = document.querySelector(mark.getAttribute('href'))
        setTimeout(() => row.focus({ preventScroll: true }), 0)
      })
  }

  const select = document.getElementById('curve')
  if (!select) return
  const plot = document.querySelector('#chart .plot')
  const value = document.getElementById('value')
  const tones = { fail: '--fail', warn: '--warn', info: '--accent' }
  let chart = null
  let curve = data.curves[0]
  const axis = extra => ({
    stroke: css('--muted'), font: '12px ' + css('--sans'), grid: { stroke: css('--grid'), width: 1 }, ticks: { show: false }, gap: 6, ...extra,
  })
  const shade = u => {
    const { left, top, width, height } = u.bbox
    u.ctx.save()
    for (const { startS, endS, severity, subject } of data.spans) {
      if (subject !== curve.subject && subject !== 'file') continue
      const from = Math.max(left, u.valToPos(startS, 'x', true))
      const to = Math.min(left + width, u.valToPos(endS, 'x', true))
      if (to < left || from > left + width) continue
      u.ctx.globalAlpha = 0.2
      u.ctx.fillStyle = css(tones[severity])
      u.ctx.fillRect(from, top, Math.max(2, to - from), height)
    }
    u.ctx.restore()
  }
  const tell = idx => {
    const v = idx == null ? undefined : curve.values[idx]
    value.textContent =
      idx == null ? curve.title + (curve.unit ? ', ' + curve.unit : '') : clock(curve.timeS[idx]) + ': ' + (v == null ? 'none' : Number(v.toFixed(3)) + (curve.unit ? ' ' + curve.unit : ''))
  }
  const draw = () => {
    if (chart) chart.destroy()
    chart = new uPlot(
      {
        width: Math.max(240, plot.clientWidth),
        height: 280,
        legend: { show: false },
        cursor: { points: { size: 7 }, drag: { x: true, y: false }, y: false },
        scales: { x: { time: false, range: (u, min, max) => [min ?? 0, max ?? data.durationS] } },
        axes: [axis({ size: 34, space: 72, values: (u, ticks) => ticks.map(clock) }), axis({ size: 62 })],
        series: [{}, { stroke: css('--s1'), width: 1.5, points: { show: curve.timeS.length < 60 } }],
        hooks: { drawAxes: [shade], setCursor: [u => tell(u.cursor.idx)] },
      },
      [curve.timeS, curve.values],
      plot,
    )
    tell(null)
  }
  select.addEventListener('change', () => {
    curve = data.curves[Number(select.value)]
    draw()
  })
  draw()
  let width = innerWidth
  addEventListener('resize', () => {
    if (innerWidth === width) return
    width = innerWidth
    chart.setSize({ width: Math.max(240, plot.clientWidth), height: 280 })
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
})()
`
