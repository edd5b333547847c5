import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts, mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import type { HeadendError } from '../core/index.ts'
import { PackageOptions } from './options.ts'
import { parsePackageInput } from './package-input.ts'
import { describeMisalignment, type PackageSource, planPackage } from './plan-package.ts'

const options = PackageOptions.parse({})
type Media = Extract<PackageSource, { facts: unknown }>
const rendition = (path: string, height: number, words: Media['words'] = {}): Media => {
  const width = (height * 16) / 9
  const picture = videoFacts({ codedWidth: width, codedHeight: height, displayWidth: width, displayHeight: height })
  return { facts: mediaFacts([picture], [audioFacts()], { path }), words }
}

describe('planPackage', () => {
  it('offers the largest picture first, and takes the same sound of several files once', () => {
    const plan = planPackage([rendition('a.mp4', 360), rendition('b.mp4', 1080), rendition('c.mp4', 720)], options)
    assert.deepEqual(
      plan.video.map(({ id, input }) => [id, input]),
      [
        ['v1080', 1],
        ['v720', 2],
        ['v360', 0],
      ],
    )
    assert.deepEqual(
      plan.audio.map(({ input, default: isDefault }) => [input, isDefault]),
      [[0, true]],
    )
    assert.equal(plan.warnings.filter(({ code }) => code === 'audio-twin').length, 2)
  })
  it('keeps sounds apart that words tell apart, and begins with the one that was said', () => {
    const plan = planPackage(
      [
        rendition('a.mp4', 360, { language: 'en' }),
        rendition('b.mp4', 720, { language: 'de', default: true }),
        rendition('c.mp4', 1080, { language: 'en', role: 'commentary' }),
      ],
      options,
    )
    assert.deepEqual(
      plan.audio.map(({ language, role, default: isDefault }) => [language, role, isDefault]),
      [
        ['en', 'main', false],
        ['de', 'main', true],
        ['en', 'commentary', false],
      ],
    )
    assert.equal(new Set(plan.audio.map(({ id }) => id)).size, 3)
  })
  it('begins with the programme, not with a commentary that comes first', () => {
    const plan = planPackage([rendition('c.mp4', 720, { role: 'commentary' }), rendition('a.mp4', 360)], options)
    assert.deepEqual(
      plan.audio.map(({ role, default: isDefault }) => [role, isDefault]),
      [
        ['commentary', false],
        ['main', true],
      ],
    )
  })
  it('says when a track ends long before the others', () => {
    const short = { ...rendition('s.mp4', 360) }
    const cut = { ...short, facts: { ...short.facts, video: [videoFacts({ duration: '7/1' })], audio: [] } }
    const plan = planPackage([rendition('a.mp4', 720), cut], options)
    assert.ok(plan.warnings.some(({ code, message }) => code === 'length' && /ends at 7\.00 s/.test(message)))
  })
  it('refuses codecs that CMAF has no place for', () => {
    const pcm = rendition('a.mov', 720)
    assert.throws(
      () => planPackage([{ ...pcm, facts: { ...pcm.facts, audio: [audioFacts({ codec: 'pcm_s16le' })] } }], options),
      (error: HeadendError) => error.code === 'HE_INPUT_UNSUPPORTED' && /pcm_s16le/.test(error.message),
    )
  })
})

describe('describeMisalignment', () => {
  it('names the first place, and nothing where all agree', () => {
    const track = (id: string, ...startsS: number[]) => ({ id, startsS })
    assert.equal(describeMisalignment([track('a', 0, 4, 8), track('b', 0, 4, 8)]), null)
    assert.equal(describeMisalignment([]), null)
    assert.match(
      describeMisalignment([track('a', 0, 4, 8), track('b', 0, 4.04, 8)])!,
      /segment 2 .* 4\.000 .* 4\.040 s in b/,
    )
    assert.match(describeMisalignment([track('a', 0, 4), track('b', 0, 4, 8)])!, /nowhere any more in a/)
  })
})

describe('parsePackageInput', () => {
  const none = (): boolean => false
  it('reads what follows the last #', () =>
    assert.deepEqual(parsePackageInput('a#b.srt#language=de&label=A = B&forced', none), {
      path: 'a#b.srt',
      words: { language: 'de', label: 'A = B', forced: true },
    }))
  it('leaves a # alone that belongs to a name', () =>
    assert.deepEqual(
      parsePackageInput('take #2.mp4', path => path === 'take #2.mp4'),
      { path: 'take #2.mp4', words: {} },
    ))
  it('refuses words that it does not know', () =>
    assert.throws(
      () => parsePackageInput('a.mp4#lang=de', none),
      (error: HeadendError) => error.code === 'HE_USAGE',
    ))
})
