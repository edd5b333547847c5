// Pairs from an iterable, scores as an iterable: the meter without its bookkeeping.
import { createMeter, type FrameScore, type MeterOptions } from './meter.ts'
import type { Plane } from './plane.ts'

/** @throws as `createMeter` and `Meter.push`, and what `pairs` throws */
export async function* scoreFrames(
  pairs: AsyncIterable<readonly [reference: Plane, distorted: Plane]> | Iterable<readonly [Plane, Plane]>,
  options: MeterOptions,
): AsyncGenerator<FrameScore, void, undefined> {
  await using meter = await createMeter(options)
  const feeding = (async () => {
    for await (const [reference, distorted] of pairs) await meter.push(reference, distorted)
    await meter.finish()
  })()
  let broken: { readonly error: unknown } | null = null
  // The reader below sees the meter's own failures; those of `pairs` end it here. It does not wait for `pairs`: a source that
  // has stalled must not keep an abort from being heard.
  feeding.catch(error => {
    broken = { error }
    return meter.close()
  })
  try {
    yield* meter.scores
  } catch (error) {
    throw (broken ?? { error }).error
  }
}
