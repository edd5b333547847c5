import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleLadder } from '../../test/media/sample-ladder.ts'
import { formatLadder } from './format-ladder.ts'

test('a ladder as text: each rung in a line, then what it saves, costs and was found with', () => {
  const ladder = sampleLadder()
  const lines = formatLadder(ladder, 'out/my page.html').split('\n')
  assert.match(lines[0]!, /^rung +size +codec +fps +crf +average +cap +VMAF +because$/)
  assert.match(
    lines[1]!,
    /^v800 +1920x800 +H\.264 +24 +21 +4\.50 Mb\/s +7\.65 Mb\/s +93\.8 +the fewest bits that reach VMAF 93$/,
  )
  assert.equal(lines.indexOf(''), 1 + ladder.rungs.length)
  const text = lines.join('\n')
  for (const words of [
    'fixed    26.4 % fewer bits at the same VMAF (BD-rate -44.8 %), ',
    'prices and viewers are assumptions',
    'title    texture medium, motion medium, grain light; 33 shots',
    'search   23 encodes (21 for the hull, 4 from the cache) at preset medium of 32 pieces, 42 % of the title: VMAF ±0.42, rate ±3.1 %; vmaf_v0.6.1',
    'notes\n  Black bars of 140 lines',
  ])
    assert.ok(text.includes(words), words)
  assert.equal(lines.at(-1), "page     'out/my page.html'")
  assert.ok(lines.every(line => line === line.trimEnd()))
})

test('without a page, a wish that is met or a sample, nothing is said of them', () => {
  const text = formatLadder(sampleLadder({ seconds: 40 }))
  assert.ok(!/page|not reachable|±/.test(text))
  assert.match(text, /at preset medium of the whole title;/)
})

test('a wish that is missed, several codecs, shots', () => {
  const text = formatLadder(sampleLadder({ codecs: ['h264', 'av1'], perShot: true, top: 98.9 }))
  assert.match(text, /wish {5}VMAF 98\.9 is not reachable: the best is 95\.4/)
  assert.match(text, /fixed {4}H\.264: /)
  assert.match(text, /^h264_800 .* 0 % +the best/m)
  assert.match(text, /^h264_534 .* -4\.2 % +6 points/m)
  assert.match(text, /shots {4}33 with a setting of their own/)
  assert.ok(!/NaN|undefined|null|Infinity/.test(text))
})

test('what cannot be compared is said to be so', () => {
  const ladder = sampleLadder()
  const alone = { ...ladder, comparedToFixed: { rungs: [], bdRate: null, savedAtSameVmaf: null, savedStorage: 0 } }
  assert.match(formatLadder(alone), /fixed {4}no fixed ladder to compare with/)
  const apart = { ...ladder.comparedToFixed, bdRate: null, savedAtSameVmaf: null }
  assert.match(formatLadder({ ...ladder, comparedToFixed: apart }), /fixed {4}no common quality, /)
})
