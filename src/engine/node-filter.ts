// Filter nodes: frames through an FFmpeg chain, and frames out of a generator chain.
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { FilterParams, GenerateParams } from '../model/index.ts'
import { FilterRunner } from './filter-runner.ts'
import { FilterStages } from './filter-stages.ts'
import { asFrame, type FrameItem } from './items.ts'

/** Moves what is ready to port `out`; false when nobody takes frames any more. */
async function flush(runner: FilterRunner, io: NodeIo): Promise<'again' | 'end' | 'unwanted'> {
  for (;;) {
    const ready = await runner.pull()
    if (ready === 'again' || ready === 'end') return ready
    if (!(await io.output('out').push(ready))) return 'unwanted'
  }
}

/** `graph` reads the frames as `[in]`; its last filter is the output. Emits `filtered` at the end of a picture chain. */
export function createFilter(params: unknown): GraphNode {
  const { type, graph } = FilterParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      using stages = new FilterStages(type, graph)
      const push = async (frames: AsyncGenerator<FrameItem>): Promise<boolean> => {
        for await (const frame of frames) if (!(await io.output('out').push(frame))) return false
        return true
      }
      let wanted = true
      for await (const item of io.input('in')) {
        using frame = asFrame(item)
        wanted = await push(stages.push(frame))
        // Over before the input's end: the chain has all it wants (trim).
        if (!wanted || stages.over) break
      }
      if (wanted && !stages.over) await push(stages.end())
      if (type === 'video') io.emit('filtered', stages.result)
    },
  }
}

/** A chain without inputs, e.g. `testsrc2=s=640x360:r=25:d=3`. */
export function createGenerate(params: unknown): GraphNode {
  const { type, graph } = GenerateParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      using runner = await FilterRunner.open(type, `${graph}[out]`, [])
      for (;;) {
        io.signal.throwIfAborted()
        if (io.draining.aborted) return
        if ((await flush(runner, io)) !== 'again') return
      }
    },
  }
}
