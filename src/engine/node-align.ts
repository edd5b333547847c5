// Align node: tracks of one channel → by how much each lies later than the first, by what they have in common.
import { findOffset } from '../audio/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { AlignParams, type AlignResult } from '../model/index.ts'
import { asFrame } from './items.ts'

/** Reads ports `s0` (the reference), `s1` … at once, as far as `seconds`; emits `result` for the others in their order. */
export function createAlign(params: unknown): GraphNode {
  const { tracks, rateHz, seconds, mostS } = AlignParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      const ports = Array.from({ length: tracks }, (_, i) => `s${i}`)
      const [reference, ...others] = await Promise.all(ports.map(port => collect(io, port, rateHz * seconds)))
      const result: AlignResult = others.map(other => findOffset(reference!, other, rateHz, mostS))
      io.emit('result', result)
    },
  }
}

/** What comes beyond `most` samples is read and let go: the other consumers of the source wait for nobody. */
async function collect(io: NodeIo, port: string, most: number): Promise<Float32Array> {
  const samples = new Float32Array(most)
  let count = 0
  for await (const item of io.input(port)) {
    using lent = asFrame(item)
    const { frame } = lent
    const plane = frame.extendedData?.[0]
    if (!plane || count >= most) continue
    const fresh = new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples)
    samples.set(fresh.subarray(0, most - count), count)
    count = Math.min(most, count + fresh.length)
  }
  return samples.subarray(0, count)
}
