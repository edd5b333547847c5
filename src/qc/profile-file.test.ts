import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import { profileNames } from './check.ts'
import { heldBy } from './profile.ts'
import { formatProfile, limitShape, parseProfile } from './profile-file.ts'
import { checks } from './registry.ts'

const of = (text: string, id: string) => parseProfile(text, 'house.yaml').held.find(({ check }) => check.id === id)!

function refusal(text: string): string {
  try {
    parseProfile(text, 'house.yaml')
  } catch (error) {
    assert.ok(error instanceof HeadendError && error.code === 'HE_QC_PROFILE', String(error))
    return `${error.message} ${error.hint}`
  }
  return 'read'
}

describe('parseProfile', () => {
  it('changes what is named, and nothing else', () => {
    const text = [
      'name: house',
      'extends: broadcast',
      'checks:',
      '  picture.black: { severity: warn, limits: { minBlackS: 3.5 } }',
      '  sound.tone: off',
      '  sound.loudness:',
      '    limits: { standard: a85 }',
    ].join('\n')
    const { name, held } = parseProfile(text, 'house.yaml')
    assert.equal(name, 'house')
    const changed = new Set(['picture.black', 'sound.tone', 'sound.loudness'])
    for (const [i, own] of heldBy('broadcast').entries()) if (!changed.has(own.check.id)) assert.deepEqual(held[i], own)
    const black = of(text, 'picture.black')
    const before = heldBy('broadcast').find(({ check }) => check.id === 'picture.black')!
    assert.equal(black.severity, 'warn')
    assert.deepEqual(black.limits, { ...(before.limits as object), minBlackS: 3.5 })
    assert.equal(of(text, 'sound.tone').severity, 'off')
    assert.equal((of(text, 'sound.loudness').limits as { standard: string }).standard, 'a85')
    assert.equal(of(text, 'sound.loudness').severity, 'fail')
  })
  it('reads JSON, and begins with ott where nothing is said', () => {
    const text = JSON.stringify({ checks: { 'picture.freeze': 'fail' } })
    assert.equal(of(text, 'picture.freeze').severity, 'fail')
    assert.deepEqual(parseProfile('{}', 'x').held, heldBy('ott'))
  })
  it('takes an unquoted off of YAML 1.1', () =>
    assert.equal(of('checks:\n  picture.black: false', 'picture.black').severity, 'off'))
  it('names line and word of what is wrong', () => {
    const cases: readonly [string, RegExp][] = [
      ['checks:\n  picture.blak: fail', /line 2: there is no check picture\.blak Did you mean picture\.black\?/],
      ['checks:\n  picture.black: failed', /line 2: there is no severity failed Did you mean fail\?/],
      [
        'checks:\n  picture.black:\n    limits:\n      minBlakS: 3',
        /line 4: there is no limit of picture\.black minBlakS Did you mean minBlackS\?/,
      ],
      ['checks:\n  picture.black: { limits: { minBlackS: long } }', /line 2: picture\.black: minBlackS: /],
      ['checks:\n  picture.black: { limits: { minBlackS: -1 } }', /line 2: picture\.black: minBlackS: /],
      ['checks:\n  picture.black: { limits: 3 }', /line 2: limits wants settings by name/],
      ['checks:\n  picture.black: { strict: true }', /line 2: there is no setting strict/],
      [
        'checks:\n  picture.black: { limits: { constructor: 1 } }',
        /line 2: there is no limit of picture\.black constructor/,
      ],
      [
        'checks:\n  picture.black: { limits: { __proto__: { a: 1 } } }',
        /line 2: there is no limit of picture\.black __proto__/,
      ],
      ['checks:\n  toString: fail', /line 2: there is no check toString/],
      ['extends: otto', /line 1: there is no profile otto Did you mean ott\?/],
      ['profile: ott', /line 1: there is no setting profile/],
      ['name: [', /line \d/],
      ['- a\n- b', /line 1: it is no list/],
      ['', /line 1/],
      ['name: a\nname: b', /line 2/],
    ]
    for (const [text, wanted] of cases) assert.match(refusal(text), wanted)
  })
  it('does not follow aliases into billions', () => {
    const bomb = `a: &a [${'x,'.repeat(9)}x]\n${[...'bcdefghi'].map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]},`.repeat(9)}*${'abcdefghi'[i]}]`).join('\n')}\nchecks: *i`
    const started = performance.now()
    assert.match(refusal(bomb), /line/)
    assert.ok(performance.now() - started < 2000)
  })
})

describe('formatProfile', () => {
  for (const name of profileNames)
    it(`of ${name} is read as what it was`, () => {
      const held = heldBy(name)
      const other = profileNames.find(each => each !== name)!
      // Written out whole, it does not matter what it extends.
      const text = formatProfile({ name, held }, other)
      assert.deepEqual(parseProfile(text, 'x'), { name, held })
    })
  it('says of each limit what it means', () => {
    const text = formatProfile({ name: 'x', held: heldBy('ott') }, 'ott')
    for (const check of checks)
      for (const limit of Object.keys(limitShape(check)))
        assert.match(text, new RegExp(`^      ${limit}: [^#\\n]+ # .+$`, 'm'), `${check.id}: ${limit}`)
  })
})
