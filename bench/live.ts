// From a publisher's encoder to the screen: RTMP by ffmpeg, two renditions and sound, hls.js and dash.js in Chromium, by the time of day in the
// picture. Run: npm run bench:live [-- seconds]
import { publish } from '../test/live/publisher.ts'
import { openTestStation } from '../test/live/station-kit.ts'
import { quantile, watch } from '../test/live/watch.ts'

const seconds = Number(process.argv[2] ?? 60)
const { station, http, rtmp, ...test } = await openTestStation({ ladder: [720, 360] })
let publisher: ReturnType<typeof publish> | null = null
console.log('| player | pictures | median | 95 % | stalls | longest gap | sound ahead | delay |')
console.log('|---|---|---|---|---|---|---|---|')
for (const player of ['hls.js', 'dash.js'] as const) {
  const path = player === 'dash.js' ? '/live/a/manifest.mpd' : '/live/a/master.m3u8'
  const watched = await watch(http, path, player, {
    seconds,
    warmUpSeconds: 10,
    onBrowser: async () => {
      publisher ??= publish(['-f', 'flv', `${rtmp}/a`])
      await new Promise(resolve => setTimeout(resolve, 6000))
    },
  })
  const worker = station.status.channels[0]?.worker as { soundAheadMs: number; delayMs: number } | null
  console.log(
    `| ${player} | ${watched.ages.length} | ${quantile(watched, 0.5)} ms | ${quantile(watched, 0.95)} ms | ${watched.stalls} | ${Math.round(watched.longestGapMs)} ms | ${worker?.soundAheadMs} ms | ${worker?.delayMs} ms |`,
  )
  if (watched.errors.length > 0) console.log(watched.errors)
}
await publisher!.stop()
await test[Symbol.asyncDispose]()
process.exit(0)
