// The comparison page's own script, as text: it runs in the reader's browser, without modules and without a network.

export const comparisonScript = String.raw`'use strict'
;(() => {
  const data = JSON.parse(document.getElementById('report-data').textContent)
  const root = document.documentElement
  const css = name => getComputedStyle(root).getPropertyValue(name).trim()
  const plot = document.querySelector('#chart-score .plot')
  const value = document.getElementById('value')
  let metric = data.metrics[0]
  let chart = null
  const clock = s => {
    const m = Math.floor(s / 60)
    return m + ':' + (s - 60 * m).toFixed(2).padStart(5, '0')
  }
  const axis = extra => ({
    stroke: css('--muted'), font: '12px ' + css('--sans'), grid: { stroke: css('--grid'), width: 1 }, ticks: { show: false }, gap: 6, ...extra,
  })
  const tell = idx => {
    if (idx == null) value.textContent = metric.name
    else value.textContent = metric.name + ' ' + data.series[metric.key][idx].toFixed(metric.decimals) + (metric.unit ? ' ' + metric.unit : '') + ' at ' + clock(data.timeS[idx])
  }
  const marks = u => {
    const { left, top, width, height } = u.bbox
    const x = t => Math.min(left + width, Math.max(left, u.valToPos(t, 'x', true)))
    u.ctx.save()
    u.ctx.fillStyle = css('--event')
    const a = x(data.worstSecond.startS)
    u.ctx.fillRect(a, top, Math.max(1, x(data.worstSecond.endS) - a), height)
    u.ctx.strokeStyle = css('--s2')
    for (const { timeS } of data.worst) {
      u.ctx.beginPath()
      u.ctx.moveTo(x(timeS), top)
      u.ctx.lineTo(x(timeS), top + height)
      u.ctx.stroke()
    }
    u.ctx.restore()
  }
  const draw = () => {
    if (chart) chart.destroy()
    chart = new uPlot(
      {
        width: Math.max(240, plot.clientWidth),
        height: 300,
        legend: { show: false },
        cursor: { points: { size: 7 }, drag: { x: true, y: false }, y: false },
        scales: { x: { time: false }, y: { range: (u, min, max) => uPlot.rangeNum(min, max, 0.08, false) } },
        axes: [
          axis({ size: 34, space: 64, values: (u, ticks) => ticks.map(t => clock(t).replace(/\.00$/, '')) }),
          axis({ size: 56 }),
        ],
        series: [{}, { stroke: css('--s1'), width: 1.5, points: { show: data.timeS.length < 80 } }],
        hooks: { drawAxes: [marks], setCursor: [u => tell(u.cursor.idx)] },
      },
      [data.timeS, data.series[metric.key]],
      plot,
    )
    tell(null)
  }
  draw()
  for (const input of document.querySelectorAll('input[name="metric"]'))
    input.addEventListener('change', () => {
      metric = data.metrics.find(each => each.key === input.value)
      draw()
    })
  let width = innerWidth
  addEventListener('resize', () => {
    if (innerWidth === width) return
    width = innerWidth
    chart.setSize({ width: Math.max(240, plot.clientWidth), height: 300 })
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  for (const both of document.querySelectorAll('.both')) {
    const range = both.querySelector('input')
    const show = () => both.style.setProperty('--cut', range.value + '%')
    range.addEventListener('input', show)
    show()
  }
})()
`
