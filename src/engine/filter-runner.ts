// One FFmpeg filter graph with any number of inputs and one output, configured by the first frame of each input.
import {
  avChannelLayoutDescribe,
  avGetPixFmtName,
  avGetSampleFmtName,
  type FilterContext,
  FilterGraph,
  Frame,
  type HardwareDeviceContext,
} from 'node-av/lib'
import { HeadendError, type Rational, rational } from '../core/index.ts'
import { FrameItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, toRational } from './native.ts'

/** Describes a frame as arguments of FFmpeg's `buffer` or `abuffer`. */
function bufferArguments(item: FrameItem): string {
  const { frame, timebase } = item
  const tb = `time_base=${timebase.num}/${timebase.den}`
  if (frame.width > 0) {
    const sar = toRational(frame.sampleAspectRatio)
    return [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${avGetPixFmtName(frame.format as Parameters<typeof avGetPixFmtName>[0])}`,
      tb,
      `pixel_aspect=${sar && sar.num > 0n ? `${sar.num}/${sar.den}` : '1/1'}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
    ].join(':')
  }
  const layout = frame.channelLayout
  const described = layout.mask ? avChannelLayoutDescribe(layout) : `${layout.nbChannels}c`
  const format = avGetSampleFmtName(frame.format as Parameters<typeof avGetSampleFmtName>[0])
  return `sample_rate=${frame.sampleRate}:sample_fmt=${format}:channel_layout=${described}:${tb}`
}

export class FilterRunner implements Disposable {
  readonly #graph: FilterGraph
  readonly #sources: FilterContext[]
  readonly #signatures: string[]
  readonly #sink: FilterContext
  readonly #what: string
  readonly timebase: Rational

  private constructor(
    graph: FilterGraph,
    sources: FilterContext[],
    signatures: string[],
    sink: FilterContext,
    what: string,
  ) {
    this.#graph = graph
    this.#sources = sources
    this.#signatures = signatures
    this.#sink = sink
    this.#what = what
    this.timebase = toRational(sink.buffersinkGetTimeBase()) ?? rational(1n, 1n)
  }

  /**
   * Builds the chain `text`, which reads `[in0]`, `[in1]` … and writes `[out]`. `first` holds one frame per input, lent
   * for its format only. With no inputs the chain must generate its frames. Filters that upload or compute on a device use
   * `device`, which stays the caller's. @throws {HE_FILTER_FAILED}
   */
  static async open(
    type: 'video' | 'audio',
    text: string,
    first: readonly FrameItem[],
    device?: HardwareDeviceContext,
  ): Promise<FilterRunner> {
    const graph = new FilterGraph()
    graph.alloc()
    try {
      const audio = type === 'audio'
      const head = first
        .map((item, i) => `${audio ? 'abuffer' : 'buffer'}@in${i}=${bufferArguments(item)}[in${i}];`)
        .join('')
      const sinkName = `${audio ? 'abuffersink' : 'buffersink'}@out`
      check(graph.parsePtr(`${head}${text};[out]${sinkName}`), 'HE_FILTER_FAILED', `filter chain "${text}"`, {
        log: recentLog(),
      })
      // Only those that ask for a device look at it.
      if (device) for (const filter of graph.filters ?? []) filter.hwDeviceCtx = device
      check(await graph.config(), 'HE_FILTER_FAILED', `filter chain "${text}"`, { log: recentLog() })
      const sources = first.map((_, i) => find(graph, `${audio ? 'abuffer' : 'buffer'}@in${i}`))
      return new FilterRunner(graph, sources, first.map(bufferArguments), find(graph, sinkName), text)
    } catch (error) {
      graph.free()
      throw error
    }
  }

  /** Feeds one frame, which is consumed. @throws {HE_INPUT_UNSUPPORTED} when its format differs from the first one's. */
  async push(item: FrameItem, input = 0): Promise<void> {
    const now = bufferArguments(item)
    if (now !== this.#signatures[input]) {
      throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the stream changes its format half-way', {
        hint: 'Split the input where the format changes, or convert it to one format first.',
        details: { before: this.#signatures[input], after: now },
      })
    }
    check(await this.#sources[input]!.buffersrcAddFrame(item.frame), 'HE_FILTER_FAILED', `filter chain "${this.#what}"`)
  }

  /** Ends one input. */
  async end(input = 0): Promise<void> {
    check(await this.#sources[input]!.buffersrcAddFrame(null), 'HE_FILTER_FAILED', `filter chain "${this.#what}"`)
  }

  /** The next frame that is ready, owned by the caller; `again` when input is wanted, `end` when it is over. */
  async pull(): Promise<FrameItem | 'again' | 'end'> {
    const frame = new Frame()
    frame.alloc()
    const ret = await this.#sink.buffersinkGetFrame(frame)
    if (ret >= 0) return new FrameItem(frame, this.timebase)
    frame.free()
    if (isAgain(ret)) return 'again'
    if (isEof(ret)) return 'end'
    check(ret, 'HE_FILTER_FAILED', `filter chain "${this.#what}"`, { log: recentLog() })
    return 'end'
  }

  [Symbol.dispose](): void {
    this.#graph.free()
  }
}

function find(graph: FilterGraph, name: string): FilterContext {
  const found = graph.filters?.find(filter => filter.name === name)
  if (!found) throw new HeadendError('HE_FILTER_FAILED', `filter ${name} is missing from the graph`)
  return found
}
