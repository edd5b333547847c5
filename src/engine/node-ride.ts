// Ride node: sound under a slow gain that was planned before (audio/ride.ts).
import { FFmpegError } from 'node-av/lib'
import { applyRide } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { RideParams } from '../model/index.ts'
import { FilterRunner } from './filter-runner.ts'
import { asFrame } from './items.ts'
import { SamplePlanes } from './sample-planes.ts'

/** Time is counted in samples, as the meter that the curve comes from counted it. */
const PLANES_OF_FLOATS = '[in0]aformat=sample_fmts=fltp[out]'

export function createRide(params: unknown): GraphNode {
  const ride = RideParams.parse(params)
  const planes = new SamplePlanes()
  return {
    async run(io: NodeIo): Promise<void> {
      using undo = new DisposableStack()
      let runner: FilterRunner | null = null
      let samples = 0
      /** false when nobody takes sound any more. */
      const flush = async (from: FilterRunner): Promise<boolean> => {
        for (;;) {
          const ready = await from.pull()
          if (ready === 'again' || ready === 'end') return true
          // What somebody else holds too is copied first.
          const error = ready.frame.makeWritable()
          if (error < 0) {
            ready[Symbol.dispose]()
            throw new HeadendError('HE_FILTER_FAILED', 'a frame of sound cannot be written to', {
              cause: new FFmpegError(error),
            })
          }
          applyRide(planes.of(ready.frame), samples, ready.frame.sampleRate, ride)
          samples += ready.frame.nbSamples
          if (!(await io.output('out').push(ready))) return false
        }
      }
      for await (const item of io.input('in')) {
        using frame = asFrame(item)
        runner ??= undo.use(await FilterRunner.open('audio', PLANES_OF_FLOATS, [frame]))
        await runner.push(frame)
        if (!(await flush(runner))) return
      }
      if (!runner) return
      await runner.end()
      await flush(runner)
    },
  }
}
