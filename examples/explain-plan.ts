// Why each parameter, and the ffmpeg command that would do the same. Planning is pure: facts in, plan out.
// Run: node examples/explain-plan.ts <file>
import { probe } from 'headend'
import { explainPlan, planVod, VodOptions } from 'headend/plan'

const facts = await probe(process.argv[2] ?? '')
const plan = planVod({ facts, loudness: {}, options: VodOptions.parse({ loudness: 'off' }) })
const { lines, ffmpeg } = explainPlan(plan)
console.log([...lines, '', ffmpeg].join('\n'))
