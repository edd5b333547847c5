import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sampleLadder } from '../../test/media/sample-ladder.ts'
import { Ladder } from '../model/index.ts'
import { rateTicks, spaced, timeTicks } from './drawing.ts'
import { ladderSentence, renderLadder } from './ladder-page.ts'
import { formatMoney, formatSaved } from './words.ts'

const render = (ladder: Ladder): string => renderLadder(ladder, { headend: '1.2.3' }, '2026-03-04T10:11:12.000Z')
/** The page without what is not read: scripts, style, data. */
const visible = (page: string): string => page.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
const count = (text: string, part: string | RegExp): number => text.split(part).length - 1
/** The drawing for wide screens of a codec's plot. */
const plotOf = (page: string, codec: string): string =>
  new RegExp(`<h3>${codec}</h3>[\\s\\S]*?<div class="drawing wide"[\\s\\S]*?</svg>`)
    .exec(page)![0]
    .replace(/[\s\S]*<div class="drawing wide"/, '')

const all = sampleLadder({ codecs: ['h264', 'hevc', 'av1'], perShot: true, top: 98.9 })

test('the sample is a valid ladder, and the same each time', () => {
  assert.deepEqual(Ladder.parse(all), all)
  assert.deepEqual(sampleLadder(), sampleLadder())
})

test('every section is there once and linked; those without content are not', () => {
  const ids = ['result', 'curve', 'rungs', 'fixed', 'cost', 'complexity', 'shots', 'choices']
  const page = render(all)
  for (const id of ids) {
    assert.equal(count(page, `<section id="${id}"`), 1, id)
    assert.ok(page.includes(`<a href="#${id}">`), id)
  }
  const comparedToFixed = { rungs: [], bdRate: null, savedAtSameVmaf: null, savedStorage: 0 }
  const less = render({ ...sampleLadder(), choices: [], warnings: [], comparedToFixed })
  for (const id of ['shots', 'choices', 'fixed'])
    assert.ok(!less.includes(`"#${id}"`) && !less.includes(`id="${id}"`), id)
  assert.ok(less.includes('class="verdict pass"') && less.includes('not comparable'))
  assert.ok(!visible(less).includes('fixed ladder</li>'))
})

test('it is one file without a script, a picture or an address', () => {
  const page = render(all)
  assert.ok(!/<(img|link|iframe)\b/.test(page))
  assert.ok(!/\b(src|href)="(?!#)/.test(visible(page)))
  assert.ok(!page.includes('<script>') && !page.includes('script-src'))
  const data = /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/.exec(page)![1]!
  assert.deepEqual(Ladder.parse(JSON.parse(data)), all)
})

describe('the plot', () => {
  test('marks each probe, each rung and each fixed rung, in one plot per codec', () => {
    const page = render(all)
    for (const [codec, label] of [
      ['h264', 'H.264'],
      ['hevc', 'HEVC'],
      ['av1', 'AV1'],
    ] as const) {
      const plot = plotOf(page, label)
      const own = (list: readonly { codec: string }[]): number => list.filter(each => each.codec === codec).length
      assert.equal(count(plot, '<circle class="probe"'), own(all.probes))
      assert.equal(count(plot, '<circle class="rung"'), own(all.rungs))
      assert.equal(count(plot, 'class="cross"'), all.comparedToFixed.rungs.length)
      assert.equal(count(plot, '<path class="hull"'), 1)
      assert.equal(count(plot, '<path class="other"'), 2)
      assert.equal(count(plot, '<tspan'), own(all.rungs))
      for (const rung of all.rungs.filter(each => each.codec === codec)) assert.ok(plot.includes(`Rung ${rung.id}:`))
    }
    assert.ok(page.includes('fixed ladder, H.264</li>'))
  })
  test('keeps every mark inside, and draws for two widths', () => {
    for (const [, width, height, body] of render(all).matchAll(
      /viewBox="0 0 (1098|338) (\d+)"[^>]*>([\s\S]*?)<\/svg>/g,
    )) {
      const places = [...body!.matchAll(/<circle[^>]* cx="([\d.-]+)" cy="([\d.-]+)"/g)]
      for (const [, x, y] of places) {
        assert.ok(Number(x) >= 0 && Number(x) <= Number(width), x)
        assert.ok(Number(y) >= 0 && Number(y) <= Number(height), y)
      }
    }
    const text = visible(render(all))
    assert.equal(count(text, 'class="drawing wide"'), count(text, 'class="drawing narrow"'))
    assert.equal(count(text, 'class="drawing wide"'), 4)
  })
  test('shows the interval of a sample, none for the whole', () => {
    assert.ok(plotOf(render(sampleLadder()), 'H.264').includes('class="error"'))
    const whole = render(sampleLadder({ seconds: 40 }))
    assert.ok(!plotOf(whole, 'H.264').includes('class="error"'))
    assert.ok(visible(whole).includes('Rate and VMAF were measured on the whole title.'))
  })
  test('draws half the frame rate hollow, and says what that is', () => {
    const ladder = sampleLadder()
    const probes = ladder.probes.map((each, i) => (i === 0 ? { ...each, frameRate: '12/1' as const } : each))
    const text = visible(render({ ...ladder, probes }))
    assert.equal(count(plotOf(text, 'H.264'), 'probe halved'), 1)
    assert.ok(text.includes('half the frames</li>'))
  })
})

describe('the tables', () => {
  test('state each rung with its reason, and each fixed rung with what the title needs', () => {
    const ladder = sampleLadder()
    const text = visible(render(ladder))
    for (const rung of ladder.rungs) assert.ok(text.includes(`<tr><th scope="row">${rung.id}</th>`), rung.id)
    assert.equal(count(text, 'about one step that is seen'), ladder.rungs.length - 1)
    assert.ok(text.includes('43 % fewer bits') && text.includes('as many bits'))
    const beyond = ladder.comparedToFixed.rungs.map(each => ({ ...each, sameQualityKbps: null }))
    const none = { rungs: beyond, bdRate: null, savedAtSameVmaf: null, savedStorage: 0.1 }
    const page = visible(render({ ...ladder, comparedToFixed: none }))
    assert.equal(count(page, 'beyond the hull'), beyond.length)
    assert.ok(!/NaN|undefined|Infinity/.test(page))
  })
  test('list the settings of the shots, folded when there are many', () => {
    const text = visible(render(all))
    assert.ok(text.includes('CRF of hevc_800') && text.includes('tried on the sample'))
    assert.ok(!text.includes('Settings of all shots'))
    const long = visible(render(sampleLadder({ perShot: true, seconds: 900 })))
    assert.ok(long.includes('<details><summary>Settings of all shots'))
  })
  test('state the bill with every assumption', () => {
    const ladder = sampleLadder()
    const text = visible(render(ladder))
    for (const line of ladder.cost.assumptions) assert.ok(text.includes(line.replaceAll("'", '&#39;')), line)
    assert.ok(text.includes(formatMoney(ladder.cost.own.total, 'USD', 2)))
  })
})

test('a wish that cannot be met is said at the top', () => {
  const text = visible(render(all))
  assert.ok(text.includes('VMAF 98.9 is beyond this source and these settings: 95.4 is the best there is.'))
  assert.ok(text.includes('class="verdict warn"'))
  assert.match(ladderSentence(all), /^H\.264 from .*; HEVC from .*; AV1 from .* at the same quality in H\.264\.$/)
  assert.match(
    ladderSentence(sampleLadder()),
    /^from 1920×800 at 4\.50 Mb\/s down to .*; 26 % fewer bits than the fixed ladder/,
  )
})

test('names from outside are text', () => {
  const nasty = '<script>alert(1)</script>"\'&.mov'
  const ladder = sampleLadder({ path: `/in/${nasty.replace('/', '_')}` })
  const page = render({
    ...ladder,
    warnings: [{ code: '<kbd>', message: '<img src=x>' }],
    choices: [{ what: '<i>', pick: '<u>', because: '<s>' }],
    rungs: ladder.rungs.map(rung => ({ ...rung, because: '<em>' })),
    cost: { ...ladder.cost, assumptions: ['<q>'] },
  })
  assert.ok(!/<(kbd|img|u|s|em|q)\b/.test(visible(page)) && !page.includes('<script>alert'))
  assert.ok(visible(page).includes('&lt;script&gt;alert(1)'))
})

test('a title of hours stays a page that can be opened', () => {
  const page = render(sampleLadder({ seconds: 7200 }))
  assert.ok(page.length < 2_000_000, `${page.length}`)
  assert.ok(!/NaN|undefined|Infinity/.test(visible(page)))
})

test('a title without shots and GOPs is drawn too', () => {
  const ladder = sampleLadder()
  const page = visible(render({ ...ladder, complexity: { ...ladder.complexity, shots: [], gops: [] } }))
  assert.ok(!/NaN|undefined|Infinity/.test(page))
})

test('words', () => {
  assert.deepEqual([0.261, -0.032, 0.0001, -1.5].map(formatSaved), [
    '26 % fewer bits',
    '3.2 % more bits',
    'as many bits',
    '150 % more bits',
  ])
  assert.deepEqual(
    [1234.5, -0.004, -3].map(value => formatMoney(value, 'EUR', 2)),
    ['1,234.50 EUR', '0.00 EUR', '\u22123.00 EUR'],
  )
  assert.deepEqual(rateTicks(90, 1100), [100, 200, 500, 1000])
  assert.deepEqual(timeTicks(7200, 4), [0, 1800, 3600, 5400, 7200])
  assert.deepEqual(
    spaced([1, 2, 3, 4, 5], value => 10 * value, 20),
    [1, 3, 5],
  )
})
