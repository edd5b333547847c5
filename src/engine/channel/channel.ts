// A live channel: feeds in, parts out, on one grid of frames that never stops. Source gone: the slate. Machine late: fewer frames.
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../core/index.ts'
import { rational } from '../../core/index.ts'
import {
  AvOffset,
  type ChannelPlan,
  type ChannelRequest,
  DelayLine,
  Failover,
  FrameThinner,
  type InputName,
  outputOf,
  Pressure,
  planChannel,
  readSplice,
  type SourceFacts,
  usToTicks,
} from '../../live/index.ts'
import type { FrameItem } from '../items.ts'
import type { CanvasSize } from './canvas.ts'
import { ChannelInput } from './channel-input.ts'
import { FactFinder } from './fact-finder.ts'
import { FeedClient } from './feed-client.ts'
import { nowUs, unixOffsetUs } from './local-clock.ts'
import { PictureLine } from './picture-line.ts'
import { ProgramLink } from './program-link.ts'
import { Renditions } from './renditions.ts'
import { SoundLine } from './sound-line.ts'

/** What a channel shows while its source is gone: what was seen last, a plain ground, or a picture of a file. */
export type Slate = { readonly kind: 'last' | 'plain' } | { readonly kind: 'image'; readonly path: string }

export type ChannelParams = {
  readonly channel: string
  readonly gatewaySocket: string
  readonly originSocket: string
  readonly feeds: { readonly primary: string; readonly backup?: string }
  readonly request: ChannelRequest
  /** Of the run before: a channel that begins again makes the same renditions. */
  readonly plan?: ChannelPlan
  readonly slate: Slate
}

/** What a channel says while it runs. */
export type ChannelUpdate =
  | { readonly type: 'plan'; readonly plan: ChannelPlan }
  | { readonly type: 'stats'; readonly stats: Record<string, unknown> }

/** What a channel is told while it runs. */
export type ChannelCommand =
  | { readonly type: 'force'; readonly input: InputName | null }
  /** The channel ends for good. */
  | { readonly type: 'end' }

export type ChannelContext = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly update: (update: ChannelUpdate) => void
  readonly told: (listener: (command: ChannelCommand) => void) => void
}

/** What is added to the depth of the jitter buffers: decoding, bringing to size, and a little for the timer. */
const AFTER_BUFFER_US = 100_000
/** A hole in the past up to this long is filled with the slate; a longer one stays a hole. */
const MAX_BACKFILL_US = 10_000_000
/** Late by so much, the process was not running: the timeline goes on at the next segment. */
const ASLEEP_US = 5_000_000
/** The shift of the grid is a mean over about so many pictures. */
const SHIFT_PICTURES = 16
const STATS_EVERY_MS = 1000
/** Sound may be taken this far ahead of the clock: it was let out of its buffer longer ago. */
const SOUND_AHEAD_US = 40_000

export class Channel implements Disposable {
  readonly #params: ChannelParams
  readonly #context: ChannelContext
  readonly #undo = new DisposableStack()
  readonly #offsetUs = unixOffsetUs()
  readonly #inputs: Partial<Record<InputName, ChannelInput>> = {}
  readonly #failover = new Failover()
  readonly #pressure = new Pressure()
  readonly #thinner = new FrameThinner()
  readonly #avOffset = new AvOffset()
  readonly #delay = new DelayLine(AFTER_BUFFER_US)
  readonly #link: ProgramLink
  readonly #facts = new FactFinder()
  #active: InputName = 'primary'
  #plan: ChannelPlan | null
  #pictures: PictureLine | null = null
  #sound: SoundLine | null = null
  #renditions: Renditions | null = null
  #slate: FrameItem | null = null
  #lagUs = { now: 0, worst: 0 }
  /** How much later than it should a picture stands on the grid, on the average: its sound has to stand there too. */
  #shiftUs: number | null = null
  #shows: 'picture' | 'last-picture' | 'slate' = 'slate'
  #skipped = 0
  #switches: { readonly to: InputName; readonly because: string; readonly atUs: number }[] = []
  #cues = 0
  #badCues = 0
  #ended = false

  constructor(params: ChannelParams, context: ChannelContext) {
    this.#params = params
    this.#context = context
    this.#plan = params.plan ?? null
    const { log } = context
    this.#link = this.#undo.use(new ProgramLink(params.originSocket, params.channel, log))
    for (const name of ['primary', 'backup'] as const) {
      const feed = params.feeds[name]
      if (feed === undefined) continue
      const input = this.#undo.use(new ChannelInput(name, this.#receiver(), () => this.delayUs, log))
      this.#inputs[name] = input
      this.#undo.use(new FeedClient(params.gatewaySocket, feed, event => input.handle(event), log))
    }
    this.#inputs.primary!.active = true
    context.told(command => this.#obey(command))
  }

  /** How long media waits between its arrival by the shortest way and its place in the output. */
  get delayUs(): number {
    let depth = 0
    for (const input of Object.values(this.#inputs)) depth = Math.max(depth, input.depthUs)
    return this.#delay.update(depth, nowUs())
  }

  /** Works until it is told to end, or the signal ends it. @throws {HE_ENCODER_FAILED} {HE_ENCODER_NONE} {HE_FILTER_FAILED} */
  async run(): Promise<void> {
    const { signal, log } = this.#context
    const timer = setInterval(() => this.#context.update({ type: 'stats', stats: this.stats() }), STATS_EVERY_MS)
    this.#undo.defer(() => clearInterval(timer))
    this.#plan ??= await this.#planFromSource()
    const plan = this.#plan
    if (!plan) return
    this.#context.update({ type: 'plan', plan })
    log.info({ reasons: plan.reasons }, 'the channel is planned')
    const first = await this.#open(plan)
    // What was learned while nothing was on air was learned of a publisher that was catching up.
    this.#delay.reset()
    await this.#tickFrom(first, signal)
    if (this.#ended) this.#link.tell({ type: 'end' }, nowUs())
    await this.#link.flush()
  }

  async #planFromSource(): Promise<ChannelPlan | null> {
    const { signal } = this.#context
    while (!this.#ended && !signal.aborted) {
      const facts: SourceFacts | null = this.#facts.read(this.#input.streams, nowUs())
      if (facts) return planChannel(this.#params.request, facts)
      await delay(20, undefined, { signal }).catch(() => {})
    }
    return null
  }

  /** Opens what the plan asks for; returns the first frame. */
  async #open(plan: ChannelPlan): Promise<bigint> {
    const { log } = this.#context
    const { num, den } = plan.timing.frameRate
    // Sound alone has a grid too, for its parts; nothing is drawn on it.
    const canvas: CanvasSize = plan.canvas.width > 0 ? plan.canvas : { width: 16, height: 16 }
    const pictures = this.#undo.use(
      new PictureLine({
        fps: rational(num, den),
        epochUs: -this.#offsetUs,
        canvas,
        log,
        onPlaced: (mediaUs, placeUs, atUs) => {
          this.#avOffset.add('video', mediaUs, placeUs)
          const shift = placeUs - atUs
          this.#shiftUs = this.#shiftUs === null ? shift : this.#shiftUs + (shift - this.#shiftUs) / SHIFT_PICTURES
        },
      }),
    )
    const { slate } = this.#params
    const drawn = await this.#drawSlate(pictures, slate, log)
    this.#slate = this.#undo.use(drawn)
    const renditions = this.#undo.use(
      await Renditions.open(plan, drawn, ({ part, bytes }) => this.#link.tell({ type: 'part', part, bytes }, nowUs())),
    )
    const position = await this.#link.position
    const first = renditions.startAt(this.#firstFrame(plan, pictures), position)
    this.#link.tell(renditions.program, nowUs())
    if (plan.audio)
      this.#sound = this.#undo.use(
        new SoundLine({
          sampleRate: plan.audio.sampleRate,
          channels: plan.audio.channels,
          startSample: renditions.nextSample!,
          toUnixUs: localUs => localUs + this.#offsetUs,
        }),
      )
    this.#pictures = pictures
    this.#renditions = renditions
    return first
  }

  async #drawSlate(pictures: PictureLine, slate: Slate, log: Log): Promise<FrameItem> {
    if (slate.kind !== 'image') return pictures.canvas.slate()
    try {
      return await pictures.canvas.slate(slate.path)
    } catch (error) {
      // A channel without its slate is better than none.
      log.error({ path: slate.path, error: String(error) }, 'the picture of the slate cannot be shown')
      return pictures.canvas.slate()
    }
  }

  /** Where a channel begins that the origin does not know, or knew too long ago: at a segment. */
  #firstFrame({ timing }: ChannelPlan, pictures: PictureLine): bigint {
    const size = BigInt(timing.framesPerSegment)
    const now = pictures.indexAt(nowUs())
    const oldest = pictures.indexAt(nowUs() - MAX_BACKFILL_US)
    // What the origin has later than this is gone on from; `startAt` decides that for each track.
    return this.#params.plan ? ((oldest + size - 1n) / size) * size : (now / size) * size
  }

  async #tickFrom(first: bigint, signal: AbortSignal): Promise<void> {
    const pictures = this.#pictures!
    const renditions = this.#renditions!
    /** Up to here it is the past, that nobody waits for. */
    const filled = pictures.indexAt(nowUs())
    const segment = BigInt(this.#plan!.timing.framesPerSegment)
    for (let n = first; !this.#ended && !signal.aborted; n++) {
      const dueUs = pictures.timeOfUs(n)
      const waitUs = dueUs - nowUs()
      if (waitUs > 0) await delay(Math.ceil(waitUs / 1000))
      const lagUs = Math.max(0, nowUs() - dueUs)
      if (n > filled && lagUs > ASLEEP_US) {
        const next = (pictures.indexAt(nowUs()) / segment + 1n) * segment
        this.#context.log.warn({ frames: Number(next - n) }, 'the process did not run; its frames are left out')
        this.#skipped += Number(next - n)
        renditions.skipTo(next)
        if (renditions.nextSample !== null) this.#sound?.skipTo(renditions.nextSample)
        n = next - 1n
        continue
      }
      await this.#tick(n, n > filled ? lagUs : 0)
      await renditions.encodeSound(this.#soundUntil(n), until => this.#sound!.take(until))
    }
  }

  async #tick(n: bigint, lagUs: number): Promise<void> {
    const now = nowUs()
    this.#lagUs = { now: lagUs, worst: Math.max(lagUs, this.#lagUs.worst) }
    this.#choose(now)
    const pressure = this.#pressure.update(now, lagUs)
    if (pressure.changed)
      this.#context.log.warn({ state: pressure.state, ...pressure.changed }, 'the pressure on the encoders changed')
    this.#input.level = pressure.decode
    const { state } = this.#input.read('video')
    const picture = this.#pictures!.take(n)
    this.#shows = picture ? outputOf[state] : 'slate'
    const isSlate = !picture || (this.#shows === 'slate' && this.#params.slate.kind !== 'last')
    const keeps = this.#thinner.keeps(pressure.keep, this.#renditions!.mustKeep(n))
    await this.#renditions!.encodePicture(n, keeps ? (isSlate ? this.#slate! : picture!) : null)
  }

  /** Sound is coded as far as the picture is shown, and not before it can be there. */
  #soundUntil(n: bigint): bigint {
    const endUs = Math.min(this.#pictures!.timeOfUs(n + 1n), this.#pictures!.timeOfUs(n) + SOUND_AHEAD_US)
    return usToTicks(endUs + this.#offsetUs, this.#plan!.audio?.sampleRate ?? 1)
  }

  get #input(): ChannelInput {
    return this.#inputs[this.#active]!
  }

  #choose(now: number): void {
    const { primary, backup } = this.#inputs
    if (!primary || !backup) return
    const health = (input: ChannelInput) => ({ state: input.read('video').state, lastKeyUs: input.lastKeyUs })
    const { active, changed } = this.#failover.step(now, { primary: health(primary), backup: health(backup) })
    if (!changed) return
    this.#context.log.warn(
      { from: changed.from, to: active, because: changed.because },
      'the channel takes another input',
    )
    this.#inputs[this.#active]!.active = false
    this.#active = active
    this.#avOffset.reset()
    this.#input.active = true
    this.#switches = [...this.#switches.slice(-9), { to: active, because: changed.because, atUs: now + this.#offsetUs }]
  }

  #receiver(): ConstructorParameters<typeof ChannelInput>[1] {
    return {
      picture: (item, mediaUs, atUs, declaredRate) => {
        if (!this.#plan) this.#facts.picture(item, mediaUs, declaredRate, nowUs())
        if (this.#pictures && this.#plan!.video.length > 0) this.#pictures.push(item, mediaUs, atUs)
        else item[Symbol.dispose]()
      },
      sound: (item, mediaUs, atUs) => {
        using used = item
        if (!this.#plan) this.#facts.sound(used, nowUs())
        if (!this.#sound) return
        const { ppm, locked } = this.#input.clock.estimate
        const putUs = this.#sound.push(used, atUs + (this.#shiftUs ?? 0), locked ? ppm : 0, nowUs())
        this.#avOffset.add('audio', mediaUs, putUs - this.#offsetUs)
      },
      cue: (section, mediaUs, atUs) => this.#cue(section, mediaUs, atUs),
      begin: () => {
        this.#avOffset.reset()
        this.#shiftUs = null
        this.#delay.reset()
      },
    }
  }

  /** An SCTE 35 section that stood at `mediaUs` in the source, which is `atUs` here: its marks, on the places of pictures. */
  #cue(section: Uint8Array, mediaUs: number, atUs: number): void {
    const pictures = this.#pictures
    if (!pictures) return
    try {
      const at = BigInt(Math.round((mediaUs * 9) / 100))
      for (const { id, kind, ticks, durationTicks } of readSplice(section, at)) {
        const localUs = atUs + (Number(ticks - at) * 100) / 9
        const startUs = Math.round(pictures.timeOfUs(pictures.indexAt(localUs)) + this.#offsetUs)
        const durationUs = durationTicks === null ? {} : { durationUs: Math.round((Number(durationTicks) * 100) / 9) }
        this.#cues++
        this.#link.tell({ type: 'cue', cue: { id, kind, startUs, ...durationUs, scte35: section } }, nowUs())
      }
    } catch (error) {
      this.#badCues++
      this.#context.log.warn({ error: String(error) }, 'a mark of the source cannot be read')
    }
  }

  #obey(command: ChannelCommand): void {
    if (command.type === 'force') this.#failover.force(command.input)
    else this.#ended = true
  }

  stats(): Record<string, unknown> {
    const { worst } = this.#lagUs
    this.#lagUs = { now: this.#lagUs.now, worst: 0 }
    const ahead = this.#avOffset.soundAheadUs
    return {
      channel: this.#params.channel,
      unixMs: Math.round((nowUs() + this.#offsetUs) / 1000),
      phase: this.#renditions ? 'running' : this.#plan ? 'opening' : 'waiting for a source',
      active: this.#active,
      shows: this.#shows,
      delayMs: Math.round(this.delayUs / 1000),
      lagMs: Math.round(worst / 1000),
      encodeMs: Math.round((this.#renditions?.encodeUs ?? 0) / 100) / 10,
      pressure: this.#pressure.state,
      thinned: this.#thinner.dropped,
      skipped: this.#skipped,
      soundAheadMs: ahead === undefined ? null : Math.round(ahead / 100) / 10,
      frames: this.#pictures?.counts ?? null,
      sound: this.#sound?.counts ?? null,
      renditions: this.#renditions?.stats ?? [],
      inputs: Object.values(this.#inputs).map(input => input.stats()),
      switches: this.#switches,
      cues: { taken: this.#cues, unreadable: this.#badCues },
      origin: this.#link.state,
      rssBytes: process.memoryUsage.rss(),
      cpuSeconds: Math.round(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000) / 1000,
    }
  }

  [Symbol.dispose](): void {
    this.#undo.dispose()
  }
}
