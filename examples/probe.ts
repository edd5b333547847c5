// What is this file? Run: node examples/probe.ts <file>
import { probe } from 'headend'

const facts = await probe(process.argv[2] ?? '')
for (const video of facts.video) {
  const { primaries, transfer, matrix } = video.color.effective
  console.log(`${video.codec} ${video.displayWidth}x${video.displayHeight} at ${video.frameRate} fps`)
  console.log(`color: ${primaries ?? 'absent'}, ${transfer ?? 'absent'}, ${matrix ?? 'absent'}; ${video.hdr.format}`)
}
for (const audio of facts.audio) console.log(`${audio.codec} ${audio.layout} ${audio.language ?? 'no language'}`)
