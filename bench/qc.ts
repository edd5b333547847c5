// An inspection against the same looks by Debian's ffmpeg, one command each: 1080p H.264 and AAC, runs interleaved; then peak
// memory over two hours of a small picture.
//   node bench/qc.ts [rounds] [seconds] [--hours 2]
// Never a test. The filters see less than the checks do (no limits, no sources, no wrapper, no flashes), so the ratio is generous to them.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { interleave, measure } from './measure-process.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { hours: { type: 'string', default: '2' } },
})
const rounds = Number(positionals[0] ?? 3)
const seconds = Number(positionals[1] ?? 20)
const hours = Number(values.hours)

const FILTERS = [
  ...['blackdetect', 'freezedetect', 'signalstats', 'idet', 'cropdetect', 'scdet', 'blockdetect', 'blurdetect'].map(
    name => ['-an', '-vf', name],
  ),
  ...['silencedetect', 'ebur128=peak=true', 'astats', 'aphasemeter=video=0'].map(name => ['-vn', '-af', name]),
]
const cli = join(import.meta.dirname, '../bin/headend.js')

const dir = await mkdtemp(join(tmpdir(), 'headend-bench-qc-'))
try {
  const clip = join(dir, 'clip.mp4')
  const noise = 'anoisesrc=r=48000:c=pink:a=0.3'
  const make = (size: string, d: number, to: string): void =>
    void execFileSync('ffmpeg', [
      ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${d}`, '-f', 'lavfi', '-i', noise],
      ...[
        '-t',
        String(d),
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-g',
        '50',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'aac',
        to,
      ],
    ])
  make('1920x1080', seconds, clip)
  const script = join(dir, 'filters.sh')
  const commands = FILTERS.map(each => `ffmpeg -v error -i ${clip} ${each.join(' ')} -f null - 2>/dev/null`)
  await writeFile(script, `set -e\n${commands.join('\n')}\n`)
  console.log(`headend qc against ${FILTERS.length} commands of ffmpeg, 1080p25, ${seconds} s`)
  const ours = { command: process.execPath, args: [cli, 'qc', clip, '--profile', 'ugc', '-q'] }
  await interleave(ours, { command: 'bash', args: [script] }, rounds)
  const alone = await measure(ours.command, ours.args)
  console.log(`  real-time factor ${(seconds / alone.wallS).toFixed(2)} (${alone.wallS.toFixed(1)} s)`)

  const part = join(dir, 'part.mp4')
  make('160x90', 300, part)
  const list = join(dir, 'list.txt')
  await writeFile(list, `file '${part}'\n`.repeat(Math.max(1, Math.round(hours * 12))))
  const long = join(dir, 'long.mp4')
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', long])
  for (const [name, path] of [
    ['5 minutes', part],
    [`${hours} h`, long],
  ] as const) {
    const { wallS, peakMiB } = await measure(process.execPath, [cli, 'qc', path, '--profile', 'ugc', '-q'])
    console.log(`  160x90, ${name}: ${wallS.toFixed(1)} s, peak ${peakMiB.toFixed(0)} MiB over all processes`)
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}
