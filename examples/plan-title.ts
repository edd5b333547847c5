// What would be made of this file, rung by rung? Run: node examples/plan-title.ts <file>
import { planTitle } from 'headend'

const { plan } = await planTitle(process.argv[2] ?? '', { options: { ladder: 'fixed', segmentSeconds: 4 } })
for (const rung of plan.video?.renditions ?? [])
  console.log(`${rung.id}: ${rung.width}x${rung.height} ${rung.codecString}, ${JSON.stringify(rung.rate)}`)
for (const track of plan.audio) console.log(`${track.id}: ${track.layout}, gain ${track.loudness.gainDb.toFixed(2)} dB`)
