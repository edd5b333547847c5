// Measure node: frames → numbers from FFmpeg's analysis filters, for one stream or for a pair aligned by time.
import { add, compare, formatRational, mul, type Rational, rational, sub, toNumber } from '../core/index.ts'
import type { GraphNode, Input, NodeIo } from '../graph/index.ts'
import { MeasureParams, type MeasureResult } from '../model/index.ts'
import { FilterRunner } from './filter-runner.ts'
import { asFrame, type FrameItem } from './items.ts'
import { openScorer, type Scorer } from './vmaf-scorer.ts'

export function createMeasure(params: unknown): GraphNode {
  const settings = MeasureParams.parse(params)
  return { run: io => new Measuring(io, settings).run() }
}

const timeOf = (item: FrameItem): Rational => mul(rational(item.frame.pts), item.timebase)
const HALF = rational(1, 2)

class Measuring {
  readonly #io: NodeIo
  readonly #params: MeasureParams
  readonly #undo = new AsyncDisposableStack()
  readonly #timeS: number[] = []
  /** When each pair is shown; the chain itself runs on a clock that counts pairs. */
  readonly #pairTimeS: number[] = []
  readonly #series: Record<string, number[]>
  #runner: FilterRunner | null = null
  #scorer: Scorer | null = null
  #framesIn = 0
  #unpaired = 0
  #end: Rational = rational(0)

  constructor(io: NodeIo, params: MeasureParams) {
    this.#io = io
    this.#params = params
    this.#series = Object.fromEntries(params.keys.map(key => [key, []]))
  }

  async run(): Promise<void> {
    await using _undo = this.#undo
    if (this.#params.inputs === 'single') await this.#single()
    else await this.#pairs()
    if (this.#runner) {
      await this.#runner.end(0)
      if (this.#params.inputs === 'pair') await this.#runner.end(1)
      await this.#collect()
    }
    if (this.#scorer) Object.assign(this.#series, await this.#scorer.finish())
    const result: MeasureResult = {
      frames: this.#timeS.length,
      framesIn: this.#framesIn,
      unpaired: this.#unpaired,
      timeS: this.#timeS,
      series: this.#series,
      duration: formatRational(this.#end),
    }
    this.#io.emit('result', result)
  }

  async #single(): Promise<void> {
    for await (const item of this.#io.input('in')) {
      using frame = asFrame(item)
      this.#runner ??= this.#undo.use(
        await FilterRunner.open(this.#params.type, `[in0]${this.#params.graph}[out]`, [frame]),
      )
      this.#count(frame)
      await this.#runner.push(frame)
      await this.#collect()
    }
  }

  async #pairs(): Promise<void> {
    const inputs: [Input, Input] = [this.#io.input('distorted'), this.#io.input('reference')]
    let [distorted, reference] = await nextPair(inputs)
    try {
      while (distorted && reference) {
        const half = this.#halfFrame(distorted)
        const gap = sub(timeOf(distorted), timeOf(reference))
        if (compare(gap, half) > 0 || compare(gap, { num: -half.num, den: half.den }) < 0) {
          // The earlier one has no partner.
          this.#unpaired++
          if (gap.num > 0n) {
            reference[Symbol.dispose]()
            reference = await nextFrame(inputs[1])
          } else {
            this.#count(distorted)
            distorted[Symbol.dispose]()
            distorted = await nextFrame(inputs[0])
          }
          continue
        }
        await this.#measurePair(distorted, reference)
        distorted = undefined
        reference = undefined
        ;[distorted, reference] = await nextPair(inputs)
      }
      this.#unpaired += await this.#rest(inputs[0], distorted, true)
      this.#unpaired += await this.#rest(inputs[1], reference, false)
    } finally {
      distorted?.[Symbol.dispose]()
      reference?.[Symbol.dispose]()
    }
  }

  /** Takes what is left of one side when the other has ended. */
  async #rest(input: Input, first: FrameItem | undefined, count: boolean): Promise<number> {
    let left = 0
    for (let item = first; item; item = await nextFrame(input)) {
      using frame = item
      if (count) this.#count(frame)
      left++
    }
    return left
  }

  async #measurePair(distorted: FrameItem, reference: FrameItem): Promise<void> {
    using a = distorted
    using b = reference
    this.#runner ??= this.#undo.use(await FilterRunner.open(this.#params.type, this.#pairGraph(), [a, b]))
    const { vmaf } = this.#params
    if (vmaf) this.#scorer ??= this.#undo.use(await openScorer(vmaf, a, this.#io.signal))
    this.#count(a)
    this.#pairTimeS.push(toNumber(timeOf(a)))
    await this.#scorer?.push(b, a)
    await this.#runner.push(a, 0)
    await this.#runner.push(b, 1)
    await this.#collect()
  }

  #pairGraph(): string {
    const { graph } = this.#params
    // One clock for both, counting pairs: the filters pair by timestamp, and a tick of rounding must not part them.
    return `[in0]settb=1/25,setpts=N[distorted];[in1]settb=1/25,setpts=N[reference];${graph}[out]`
  }

  #halfFrame(item: FrameItem): Rational {
    const ticks = item.frame.duration > 0n ? item.frame.duration : 1n
    return mul(mul(rational(ticks), item.timebase), HALF)
  }

  #count(item: FrameItem): void {
    this.#framesIn++
    const { frame } = item
    const length =
      frame.nbSamples > 0 ? rational(frame.nbSamples, frame.sampleRate) : mul(rational(frame.duration), item.timebase)
    const end = add(timeOf(item), length)
    if (compare(end, this.#end) > 0) this.#end = end
    if (this.#framesIn % 8 === 0) this.#io.emit('progress', { frames: this.#framesIn })
  }

  async #collect(): Promise<void> {
    for (;;) {
      const ready = await this.#runner!.pull()
      if (ready === 'again' || ready === 'end') return
      using item = ready
      using metadata = item.frame.getMetadata()
      this.#timeS.push(this.#pairTimeS[this.#timeS.length] ?? toNumber(timeOf(item)))
      for (const key of this.#params.keys) this.#series[key]!.push(readNumber(metadata.get(key)))
    }
  }
}

/** One frame of each side; when one side fails, the other's frame is freed. */
async function nextPair(inputs: readonly [Input, Input]): Promise<[FrameItem | undefined, FrameItem | undefined]> {
  const [a, b] = await Promise.allSettled([nextFrame(inputs[0]), nextFrame(inputs[1])])
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value]
  if (a.status === 'fulfilled') a.value?.[Symbol.dispose]()
  if (b.status === 'fulfilled') b.value?.[Symbol.dispose]()
  throw a.status === 'rejected' ? a.reason : (b as PromiseRejectedResult).reason
}

async function nextFrame(input: Input): Promise<FrameItem | undefined> {
  const item = await input.next()
  return item && asFrame(item)
}

function readNumber(text: string | null): number {
  if (text === null) return Number.NaN
  if (text === 'inf') return Number.POSITIVE_INFINITY
  if (text === '-inf') return Number.NEGATIVE_INFINITY
  return Number(text)
}
