// Which rungs does this title need? Run: node examples/find-ladder.ts <file>
import { findLadder } from 'headend'

const ladder = await findLadder(process.argv[2] ?? '', { options: { preset: 'veryfast', tier: 'standard' } })
for (const { id, width, height, crf, bitrateKbps, vmaf, because } of ladder.rungs)
  console.log(`${id}: ${width}x${height} at CRF ${crf}, ${bitrateKbps} kbit/s, VMAF ${vmaf}: ${because}`)
const { savedAtSameVmaf } = ladder.comparedToFixed
if (savedAtSameVmaf !== null) console.log(`${(100 * savedAtSameVmaf).toFixed(1)} % fewer bits than a fixed ladder`)
