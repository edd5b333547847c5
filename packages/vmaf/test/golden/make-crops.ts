// Writes crops.json: node packages/vmaf/test/golden/make-crops.ts <an ffmpeg with libvmaf, its launcher before it>. What was run:
// qemu-x86_64-static -cpu Nehalem ffmpeg (see crops.ts for why a CPU without AVX).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cropName, openCrop } from '../golden.ts'
import { crops } from './crops.ts'
import { formatResult, storeReport } from './results.ts'

const [command, ...launch] = process.argv.slice(2)
if (!command) throw new Error('which ffmpeg?')

/** All models; what follows the version is an option of the model. */
const models = {
  'vmaf_v0.6.1': 'vmaf_v0.6.1',
  'vmaf_v0.6.1neg': 'vmaf_v0.6.1neg',
  'vmaf_4k_v0.6.1': 'vmaf_4k_v0.6.1',
  'vmaf_4k_v0.6.1neg': 'vmaf_4k_v0.6.1neg',
  'vmaf_v0.6.1_phone': 'vmaf_v0.6.1\\\\:enable_transform=true',
}
const list = Object.entries(models).map(([name, version]) => `version=${version}\\\\:name=${name}`)

const folder = mkdtempSync(join(tmpdir(), 'headend-crops-'))
try {
  const results = []
  for (const crop of crops) {
    const { width, height, bits, ref, dis } = await openCrop(crop)
    const inputs = []
    for (const [name, luma] of Object.entries({ dis, ref })) {
      const file = join(folder, `${name}.yuv`)
      writeFileSync(file, withChroma(luma, width, height, bits))
      const format = `yuv420p${bits > 8 ? `${bits}le` : ''}`
      inputs.push('-f', 'rawvideo', '-pix_fmt', format, '-s', `${width}x${height}`, '-i', file)
    }
    const report = join(folder, 'report.json')
    const filter = `[0][1]libvmaf=log_fmt=json:log_path=${report}:model=${list.join('|')}`
    execFileSync(command, [...launch, '-v', 'error', ...inputs, '-lavfi', filter, '-f', 'null', '-'])
    const shape = { id: cropName(crop), width, height, bits }
    results.push(formatResult(storeReport(readFileSync(report, 'utf8'), shape)))
  }
  writeFileSync(join(import.meta.dirname, 'crops.json'), `[\n${results.join(',\n')}\n]\n`)
} finally {
  rmSync(folder, { recursive: true })
}

/** 4:2:0 pictures with any chroma: libvmaf looks at luma only. */
function withChroma(luma: Uint8Array, width: number, height: number, bits: number): Buffer {
  const bytes = bits > 8 ? 2 : 1
  const chroma = Buffer.alloc(2 * Math.ceil(width / 2) * Math.ceil(height / 2) * bytes)
  const size = width * height * bytes
  const pictures = Array.from({ length: luma.length / size }, (_, i) => luma.subarray(i * size, (i + 1) * size))
  return Buffer.concat(pictures.flatMap(picture => [picture, chroma]))
}
