// Plans of known titles against stored ones. `npm run golden` rewrites them; the review is the diff.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { EncodePlan, type LoudnessReading } from '../../src/model/index.ts'
import { planVod, VodOptions } from '../../src/plan/index.ts'
import { sampleTitles } from '../media/sample-facts.ts'

const loud: LoudnessReading = {
  integratedLufs: -16.4,
  momentaryMaxLufs: -9,
  shortTermMaxLufs: -11,
  loudnessRangeLu: 8,
  truePeakDbtp: -0.3,
  samplePeakDbfs: -0.5,
}

describe('golden plans', () => {
  for (const [name, facts] of Object.entries(sampleTitles)) {
    it(name, async () => {
      const loudness = Object.fromEntries(facts.audio.map(stream => [stream.index, loud]))
      const plan = EncodePlan.parse(planVod({ facts, loudness, options: VodOptions.parse({}) }))
      const url = new URL(`./plans/${name}.json`, import.meta.url)
      if (process.env.HEADEND_GOLDEN === '1') await writeFile(url, `${JSON.stringify(plan, null, 2)}\n`)
      assert.deepEqual(plan, JSON.parse(await readFile(url, 'utf8')))
      const decided = new Set(plan.choices.map(choice => choice.what))
      for (const rung of plan.video?.renditions ?? []) {
        for (const what of ['size', 'level', 'quality', 'maxrate', 'encoder', 'gop', 'color'])
          assert.ok(decided.has(`video.renditions.${rung.id}.${what}`), `${rung.id}.${what} has a reason`)
      }
      assert.ok(plan.choices.every(choice => choice.because.length > 0))
    })
  }
})
