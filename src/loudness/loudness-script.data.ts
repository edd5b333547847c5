// The loudness page's own script, as text: it runs in the reader's browser, without modules and without a network.

export const loudnessScript = `'use strict'
;(() => {
  const data = JSON.parse(document.getElementById('report-data').textContent)
  const root = document.documentElement
  const css = name => getComputedStyle(root).getPropertyValue(name).trim()
  const plot = document.querySelector('#chart-loudness .plot')
  const value = document.getElementById('value')
  let track = data.tracks[0]
  let chart = null
  const clock = s => {
    const m = Math.floor(s / 60)
    return m + ':' + (s - 60 * m).toFixed(1).padStart(4, '0')
  }
  const axis = extra => ({
    stroke: css('--muted'), font: '12px ' + css('--sans'), grid: { stroke: css('--grid'), width: 1 }, ticks: { show: false }, gap: 6, ...extra,
  })
  const say = v => (v == null ? 'none' : v.toFixed(1))
  const tell = idx => {
    value.textContent =
      idx == null
        ? 'LUFS; short-term strong, momentary thin'
        : clock(track.timeS[idx]) + ': short-term ' + say(track.shortTermLufs[idx]) + ', momentary ' + say(track.momentaryLufs[idx]) + ' LUFS'
  }
  const line = (u, lufs, color, dash) => {
    const { left, top, width, height } = u.bbox
    const y = u.valToPos(lufs, 'y', true)
    if (y < top || y > top + height) return
    u.ctx.strokeStyle = color
    u.ctx.setLineDash(dash)
    u.ctx.beginPath()
    u.ctx.moveTo(left, y)
    u.ctx.lineTo(left + width, y)
    u.ctx.stroke()
  }
  const marks = u => {
    const { left, top, width, height } = u.bbox
    u.ctx.save()
    if (data.target) {
      const at = v => Math.min(top + height, Math.max(top, u.valToPos(v, 'y', true)))
      const above = at(data.target.lufs + data.target.tolerance)
      u.ctx.fillStyle = css('--band')
      u.ctx.fillRect(left, above, width, Math.max(2, at(data.target.lufs - data.target.tolerance) - above))
      line(u, data.target.lufs, css('--pass'), [])
    }
    if (track.integratedLufs != null) line(u, track.integratedLufs, css('--s2'), [6, 4])
    u.ctx.restore()
  }
  const draw = () => {
    if (chart) chart.destroy()
    const points = { show: track.timeS.length < 40 }
    chart = new uPlot(
      {
        width: Math.max(240, plot.clientWidth),
        height: 320,
        legend: { show: false },
        cursor: { points: { size: 7 }, drag: { x: true, y: false }, y: false },
        scales: { x: { time: false }, y: { range: (u, min, max) => [Math.max(-70, Math.min(min ?? -40, -30) - 2), Math.max(max ?? -20, -20) + 2] } },
        axes: [axis({ size: 34, space: 64, values: (u, ticks) => ticks.map(clock) }), axis({ size: 56 })],
        series: [
          {},
          { stroke: css('--s7'), width: 1, points },
          { stroke: css('--s1'), width: 2, points },
        ],
        hooks: { drawAxes: [marks], setCursor: [u => tell(u.cursor.idx)] },
      },
      [track.timeS, track.momentaryLufs, track.shortTermLufs],
      plot,
    )
    tell(null)
  }
  draw()
  for (const input of document.querySelectorAll('input[name="track"]'))
    input.addEventListener('change', () => {
      track = data.tracks[Number(input.value)]
      draw()
    })
  let width = innerWidth
  addEventListener('resize', () => {
    if (innerWidth === width) return
    width = innerWidth
    chart.setSize({ width: Math.max(240, plot.clientWidth), height: 320 })
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
})()
`
