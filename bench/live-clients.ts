// Many players that wait for the next part at once, over loopback: what the origin needs for them, and how long after the first the last one has
// its answer. Run: npm run bench:clients [-- clients] [-- seconds]
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { openTestStation, playlistOf, until } from '../test/live/station-kit.ts'

const PATH = '/live/a/v180/playlist.m3u8'
type Answer = { readonly key: string; readonly atUs: number }

/** One process of clients: each asks for the part after the one that it has. Bare sockets: what is measured is the server. */
async function clients(http: string, count: number, seconds: number): Promise<void> {
  const { hostname, port } = new URL(http)
  const answers: Answer[] = []
  let errors = 0
  const endMs = performance.now() + seconds * 1000
  const one = (): Promise<void> =>
    new Promise(resolve => {
      const socket = connect(Number(port), hostname)
      let asked = 'first'
      let text = ''
      const ask = (query: string): void => {
        socket.write(`GET ${PATH}${query} HTTP/1.1\r\nHost: origin\r\n\r\n`)
      }
      socket.setNoDelay(true)
      socket.on('connect', () => ask(''))
      socket.on('data', (piece: Buffer) => {
        text += piece.toString('latin1')
        const head = text.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = Number(/Content-Length: (\d+)/i.exec(text)?.[1] ?? 0)
        if (text.length < head + 4 + length) return
        if (text.startsWith('HTTP/1.1 200')) answers.push({ key: asked, atUs: Number(process.hrtime.bigint() / 1000n) })
        else errors++
        const next = /URI="(\d+)\.(\d+)\.m4s"/.exec(text.slice(text.lastIndexOf('#EXT-X-PRELOAD-HINT')))
        text = ''
        if (!next || performance.now() > endMs) {
          socket.destroy()
          resolve()
          return
        }
        asked = `${next[1]}.${next[2]}`
        ask(`?_HLS_msn=${next[1]}&_HLS_part=${next[2]}&_HLS_skip=YES`)
      })
      socket.on('error', () => {
        errors++
        resolve()
      })
    })
  await Promise.all(Array.from({ length: count }, one))
  process.send!({ answers, errors }, () => process.exit(0))
}

if (process.send) await clients(process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]))
else {
  const count = Number(process.argv[2] ?? 2000)
  const seconds = Number(process.argv[3] ?? 30)
  const test = await openTestStation({ ladder: [180], size: '320x180', channels: { 'live/a': { source: 'test:' } } })
  await until('three segments', 30, async () => (await playlistOf(test.http, PATH)).segments.length >= 3)
  const pid = test.station.pids.origin!
  /** Seconds of user and system time; ticks of a hundredth. */
  const cpu = async (): Promise<number> => {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
  const child = fork(import.meta.filename, [test.http, String(count), String(seconds)], { serialization: 'advanced' })
  const told = new Promise<{ answers: Answer[]; errors: number }>(resolve =>
    child.on('message', message => resolve(message as { answers: Answer[]; errors: number })),
  )
  // Connections are made first.
  await new Promise(resolve => setTimeout(resolve, 5000))
  const [cpuBefore, before] = [await cpu(), performance.now()]
  await new Promise(resolve => setTimeout(resolve, (seconds - 8) * 1000))
  const share = (await cpu()) - cpuBefore
  const wallS = (performance.now() - before) / 1000
  const { answers, errors } = await told
  const byPart = [...Map.groupBy(answers, ({ key }) => key).values()].filter(each => each.length >= count * 0.9)
  const spread = byPart
    .map(each => (Math.max(...each.map(({ atUs }) => atUs)) - Math.min(...each.map(({ atUs }) => atUs))) / 1000)
    .toSorted((a, b) => a - b)
  console.log('| clients | parts that all had | origin, of one core | first to last answer: median | 95 % | errors |')
  console.log('|---|---|---|---|---|---|')
  console.log(
    `| ${count} | ${byPart.length} | ${((share / wallS) * 100).toFixed(1)} % | ${spread[spread.length >> 1]?.toFixed(1)} ms | ${spread[Math.floor(spread.length * 0.95)]?.toFixed(1)} ms | ${errors} |`,
  )
  await test[Symbol.asyncDispose]()
  process.exit(0)
}
