// Is it loud enough? Run: node examples/loudness.ts <file>
import { loudness } from 'headend'

const report = await loudness([process.argv[2] ?? ''], { options: { standard: 'r128' } })
for (const { track, integratedLufs, truePeakDbtp, verdict } of report.files[0]!.tracks)
  console.log(`track ${track}: ${integratedLufs} LUFS, ${truePeakDbtp} dBTP, ${verdict}`)
