import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts, mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import type { AudioStream, EncodePlan } from '../model/index.ts'
import { planTranscode, planVod, TranscodeOptions, VodOptions } from './index.ts'
import type { Alignment } from './sound-offsets.ts'

type Asked = Partial<Record<keyof TranscodeOptions, unknown>>
const plan = (audio: AudioStream[], asked: Asked, alignment?: Record<number, Alignment>): EncodePlan =>
  planTranscode({
    facts: mediaFacts([videoFacts()], audio),
    loudness: {},
    alignment,
    options: TranscodeOptions.parse({ container: 'matroska', ...asked }),
  })
const reasonOf = ({ choices }: EncodePlan, end: string): string | undefined =>
  choices.find(({ what }) => what.endsWith(end))?.because

describe('sound with objects', () => {
  const joc = audioFacts({
    codec: 'eac3',
    profile: 'Dolby Digital Plus + Dolby Atmos',
    layout: '5.1(side)',
    channels: 6,
  })
  const truehd = audioFacts({ codec: 'truehd', profile: 'Dolby TrueHD + Dolby Atmos', layout: '7.1', channels: 8 })
  it('is handed on whole, or refused where it would only look like itself', () => {
    assert.equal(plan([joc], { audioCodec: 'copy' }).audio[0]?.encoder.name, 'copy')
    assert.throws(() => plan([joc], { audioCodec: 'eac3' }), { code: 'HE_PLAN_IMPOSSIBLE', message: /objects/ })
    assert.throws(() => plan([truehd], { audioCodec: 'copy' }), { code: 'HE_PLAN_IMPOSSIBLE', message: /truehd/ })
  })
  it('loses them to another codec with a warning', () => {
    for (const stream of [joc, truehd])
      assert.match(
        plan([stream], { audioCodec: 'aac' })
          .warnings.map(({ code }) => code)
          .join(),
        /objects-lost/,
      )
    assert.doesNotMatch(JSON.stringify(plan([audioFacts()], {}).warnings), /objects-lost/)
  })
})

describe('channels in a plan', () => {
  it('are what the options say, with the reason', () => {
    const wide = audioFacts({ layout: '7.1', channels: 8 })
    const six = plan([wide], { channels: '5.1', audioCodec: 'aac', downmixGain: 'unity' })
    assert.equal(six.audio[0]?.layout, '5.1')
    assert.deepEqual(
      six.warnings.map(({ code }) => code),
      ['downmix-may-clip'],
    )
    const lt = plan([wide], { channels: 'stereo', downmix: 'ltrt', lfe: '-3' })
    assert.match(reasonOf(lt, '.channels') ?? '', /Lt\/Rt.*LFE at -3 dB.*divided by/)
    assert.equal(plan([wide], { channels: 'mono' }).audio[0]?.channels, 1)
    assert.throws(() => plan([audioFacts()], { channels: '5.1' }), { code: 'HE_PLAN_IMPOSSIBLE', hint: /keep/ })
  })
  it('of AAC are those that players know: 5.1 from the side is 5.1', () => {
    const side = plan([audioFacts({ layout: '5.1(side)', channels: 6 })], { audioCodec: 'aac' })
    assert.equal(side.audio[0]?.layout, '5.1')
  })
  it('of a copy are not touched', () => {
    for (const asked of [{ channels: 'mono' }, { layout: 'stereo' }, { dualMono: 'left' }])
      assert.throws(() => plan([audioFacts()], { audioCodec: 'copy', ...asked }), { code: 'HE_PLAN_IMPOSSIBLE' })
    assert.equal(plan([audioFacts()], { audioCodec: 'copy', channels: 'keep' }).audio[0]?.encoder.name, 'copy')
  })
  it('take another layout only where a track has as many', () => {
    assert.throws(() => plan([audioFacts()], { layout: '5.1' }), { code: 'HE_PLAN_IMPOSSIBLE', message: /6 channels/ })
  })
})

describe('tracks in a plan', () => {
  const audio = [
    audioFacts({ index: 1, language: 'eng' }),
    audioFacts({ index: 2, language: 'deu', dispositions: [] }),
    audioFacts({ index: 3, language: 'eng', dispositions: ['comment'] }),
  ]
  it('are chosen, named and ordered as asked', () => {
    const made = plan(audio, { audioTracks: 'deu,commentary', audioRoles: 'deu=hearing' })
    assert.deepEqual(
      made.audio.map(({ stream, dispositions }) => [stream, ...dispositions]),
      [
        [2, 'default', 'hearing_impaired'],
        [3, 'comment'],
      ],
    )
    assert.match(JSON.stringify(made.warnings), /1 is left out: others were asked for/)
    const title = planVod({
      facts: mediaFacts([videoFacts()], audio),
      loudness: {},
      options: VodOptions.parse({ audioTracks: ['2', '1'] }),
    })
    assert.deepEqual(
      title.audio.map(({ stream }) => stream),
      [2, 1],
    )
  })
  it('are moved as asked, else as measured, and left alone where that is not sure', () => {
    const measured = { 2: { offsetS: 0.137, confidence: 0.6 }, 3: { offsetS: null, confidence: 0.02 } }
    const made = plan(audio, {}, measured)
    const steps = made.audio.map(({ filters }) => filters.find(({ name }) => name === 'asetpts')?.args.expr)
    assert.deepEqual(steps, [undefined, 'PTS+0.137/TB', undefined])
    assert.match(JSON.stringify(made.warnings), /not-aligned.*Audio stream 3/)
    const asked = plan(audio, { audioOffset: 'deu=-1s' }, measured)
    assert.match(JSON.stringify(asked.audio[1]?.filters), /PTS\+-1\/TB/)
    assert.throws(() => plan(audio, { audioOffset: '2=1s', audioCodec: 'copy' }), { code: 'HE_PLAN_IMPOSSIBLE' })
  })
})
