// A filter chain, run in up to three parts so that what FFmpeg's `fps` filter repeats and leaves out can be counted.
import type { FilterResult } from '../model/index.ts'
import { FilterRunner } from './filter-runner.ts'
import type { FrameItem } from './items.ts'

/** What is before, in and after the first `fps` filter; one part when there is none or when the text has branches. */
export function splitAtFps(graph: string): readonly string[] {
  const steps = topLevel(graph)
  const at = steps ? steps.findIndex(isFps) : -1
  if (!steps || at < 0) return [graph]
  return [steps.slice(0, at), [steps[at]!], steps.slice(at + 1)]
    .filter(part => part.length > 0)
    .map(part => part.join())
}

const isFps = (step: string): boolean => /^fps(=|@|$)/.test(step.trim())

/** Filters of a plain chain; null when it has labels or several chains (FFmpeg's filtergraph syntax: quotes, backslash). */
function topLevel(graph: string): string[] | null {
  const steps = ['']
  let quoted = false
  for (let i = 0; i < graph.length; i++) {
    const char = graph[i]!
    if (char === '\\' && !quoted) steps[steps.length - 1] += char + (graph[++i] ?? '')
    else if (char === ',' && !quoted) steps.push('')
    else if ('[];'.includes(char) && !quoted) return null
    else {
      if (char === "'") quoted = !quoted
      steps[steps.length - 1] += char
    }
  }
  return steps
}

type Stage = { readonly text: string; readonly counts: boolean; runner: FilterRunner | null }

/** Frames in, frames out, over all parts; each part is configured by the first frame that reaches it. */
export class FilterStages implements Disposable {
  readonly #type: 'video' | 'audio'
  readonly #stages: readonly Stage[]
  #over = false
  #framesIn = 0
  #framesOut = 0
  /** Of the `fps` filter: frames in and out, and the number of the last one that came out. */
  #fpsIn = 0
  #fpsOut = 0
  #distinct = 0
  #last = -1n

  constructor(type: 'video' | 'audio', graph: string) {
    this.#type = type
    const parts = type === 'video' ? splitAtFps(graph) : [graph]
    const counted = parts.find(isFps)
    this.#stages = parts.map(text => ({ text, counts: text === counted, runner: null }))
  }

  /** It wants no more frames (`trim`). */
  get over(): boolean {
    return this.#over
  }

  get result(): FilterResult {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      duplicated: this.#fpsOut - this.#distinct,
      dropped: this.#fpsIn - this.#distinct,
    }
  }

  /** Feeds one frame, which is consumed; the item stays the caller's. Yields frames that the caller owns. */
  async *push(item: FrameItem): AsyncGenerator<FrameItem> {
    this.#framesIn++
    yield* this.#counted(this.#feed(0, item))
  }

  async *end(): AsyncGenerator<FrameItem> {
    yield* this.#counted(this.#finish(0))
  }

  async *#counted(frames: AsyncGenerator<FrameItem>): AsyncGenerator<FrameItem> {
    for await (const frame of frames) {
      this.#framesOut++
      yield frame
    }
  }

  async *#feed(index: number, item: FrameItem): AsyncGenerator<FrameItem> {
    const stage = this.#stages[index]!
    stage.runner ??= await FilterRunner.open(this.#type, `[in0]${stage.text}[out]`, [item])
    // A number that filters hand on and nobody reads after the decoder.
    if (stage.counts) item.frame.pktDts = BigInt(this.#fpsIn++)
    await stage.runner.push(item)
    yield* this.#pull(index, stage)
  }

  async *#pull(index: number, stage: Stage): AsyncGenerator<FrameItem> {
    for (;;) {
      const ready = await stage.runner!.pull()
      if (ready === 'again') return
      if (ready === 'end') {
        this.#over = true
        yield* this.#finish(index + 1)
        return
      }
      if (stage.counts) this.#count(ready)
      if (index + 1 === this.#stages.length) yield ready
      else {
        using item = ready
        yield* this.#feed(index + 1, item)
      }
    }
  }

  /** Ends a part and takes out what it holds. */
  async *#finish(index: number): AsyncGenerator<FrameItem> {
    const stage = this.#stages[index]
    if (!stage?.runner) return
    await stage.runner.end()
    yield* this.#pull(index, stage)
  }

  #count({ frame }: FrameItem): void {
    this.#fpsOut++
    if (frame.pktDts === this.#last) return
    this.#last = frame.pktDts
    this.#distinct++
  }

  [Symbol.dispose](): void {
    for (const { runner } of this.#stages) runner?.[Symbol.dispose]()
  }
}
