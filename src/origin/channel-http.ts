// What players ask of one channel: playlists that wait for what they are asked for, parts, segments that grow while they are read.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { segmentDuration } from '../live/index.ts'
import { answerError, answerSegment, answerText, keep, keepFor, types } from './answer.ts'
import type { ChannelStore, StoredSegment, StoredTrack } from './channel-store.ts'
import { type DashOptions, formatManifest } from './dash-text.ts'
import { formatKeyPictures, formatMaster, formatTrack, KEY_PLAYLIST } from './hls-text.ts'
import { keyPictureOf, keyTrackOf } from './key-pictures.ts'

type Asked = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly signal: AbortSignal }

/** A player that comes before the first segment waits this long for it. */
const FIRST_WAIT_MS = 8000

export class ChannelHttp {
  readonly #store: ChannelStore
  readonly #dash: DashOptions
  /** Texts of the present state, shared by all who ask. */
  #texts = new Map<string, Buffer>()
  #revision = -1
  #waited = 0

  constructor(store: ChannelStore, dash: DashOptions) {
    this.#store = store
    this.#dash = dash
  }

  get stats(): { readonly waiting: number; readonly waited: number } {
    return { waiting: this.#store.waiting, waited: this.#waited }
  }

  /** `rest`: the path below the channel. */
  async answer(rest: string, query: URLSearchParams, asked: Asked): Promise<void> {
    if (rest === 'master.m3u8' || rest === 'manifest.mpd') return this.#presentation(rest, asked)
    const match = /^([a-z0-9-]{1,40})\/([A-Za-z0-9.-]{1,60})$/.exec(rest)
    const track = match && this.#store.tracks.get(match[1]!)
    if (!track) return answerError(asked.response, 404, 'there is no such track')
    const file = match[2]!
    if (file === 'playlist.m3u8') return this.#playlist(track, query, asked)
    if (file === KEY_PLAYLIST && track === keyTrackOf(this.#store)) return this.#keyPlaylist(track, asked)
    const picture = /^(\d{1,15})\.key\.m4s$/.exec(file)
    if (picture) return this.#keyPicture(track, Number(picture[1]), asked)
    const init = /^init-(\d{1,6})\.mp4$/.exec(file)
    if (init) return this.#init(track, Number(init[1]), asked)
    const segment = /^(\d{1,15})\.m4s$/.exec(file)
    if (segment) return this.#segment(track, Number(segment[1]), asked)
    const part = /^(\d{1,15})\.(\d{1,6})\.m4s$/.exec(file)
    if (part) return this.#part(track, Number(part[1]), Number(part[2]), asked)
    return answerError(asked.response, 404, 'there is no such file')
  }

  async #presentation(name: 'master.m3u8' | 'manifest.mpd', { request, response, signal }: Asked): Promise<void> {
    const store = this.#store
    // Before the first whole segment players would begin where they cannot stay.
    const isReady = (): boolean =>
      store.program?.tracks.every(id => store.tracks.get(id)?.segments.some(({ complete }) => complete)) ?? false
    if (!(await store.until(isReady, FIRST_WAIT_MS, signal)))
      return answerError(response, 503, 'the channel has no whole segment yet', 1)
    if (name === 'master.m3u8')
      return answerText(
        request,
        response,
        types.hls,
        keepFor(1),
        this.#text('master', () => formatMaster(store)),
      )
    return answerText(
      request,
      response,
      types.dash,
      keepFor(1),
      Buffer.from(formatManifest(store, Date.now(), this.#dash)),
    )
  }

  async #playlist(track: StoredTrack, query: URLSearchParams, { request, response, signal }: Asked): Promise<void> {
    const store = this.#store
    const msn = readCount(query.get('_HLS_msn'))
    const part = readCount(query.get('_HLS_part'))
    // 6.2.5.2: a part without its segment, or what is no number, is an error of the client.
    if (msn === 'bad' || part === 'bad' || (part !== null && msn === null))
      return answerError(response, 400, '_HLS_msn and _HLS_part are whole numbers, the second only with the first')
    const skip = query.has('_HLS_skip')
    const last = track.segments.at(-1)
    if (!last) return answerError(response, 503, 'the track has no segment yet', 1)
    if (msn !== null && !store.ended) {
      if (msn > last.number + 2) return answerError(response, 400, 'that is further ahead than two segments')
      const has = (): boolean => store.ended || this.#has(track, msn, part)
      if (!has()) this.#waited++
      const waitMs = 3000 * this.#segmentSeconds()
      if (!(await store.until(has, waitMs, signal)))
        return answerError(response, 503, 'nothing came for three segments', 1)
    }
    const text = this.#text(`${track.id} ${skip}`, () => formatTrack(store, track, skip))
    // An answer to a question that names what it waits for stays true as long as such answers are asked for.
    const cache = store.ended ? keepFor(60) : msn === null ? keepFor(1) : keepFor(Math.ceil(6 * this.#segmentSeconds()))
    return answerText(request, response, types.hls, cache, text)
  }

  #has(track: StoredTrack, msn: number, part: number | null): boolean {
    const last = track.segments.at(-1)!
    if (last.number > msn) return true
    if (last.number < msn) return false
    if (part === null) return last.complete
    return (last.parts.at(-1)?.index ?? -1) >= part
  }

  #init(track: StoredTrack, version: number, { request, response }: Asked): void {
    const description = track.descriptions.get(version)
    if (description) answerText(request, response, types.mp4, keepFor(3600), Buffer.from(description.init))
    else answerError(response, 404, 'there is no such init segment')
  }

  #keyPlaylist(track: StoredTrack, { request, response }: Asked): void {
    const store = this.#store
    const text = this.#text(`${track.id} key`, () => formatKeyPictures(store, track))
    answerText(request, response, types.hls, keepFor(store.ended ? 60 : 1), text)
  }

  async #keyPicture(track: StoredTrack, number: number, { request, response }: Asked): Promise<void> {
    const segment = this.#store.segment(track.id, number)
    const picture = segment?.complete ? await keyPictureOf(track, segment) : null
    if (picture) answerText(request, response, types.mp4, keep.forever, picture)
    else answerError(response, 404, 'there is no such picture')
  }

  async #part(track: StoredTrack, number: number, index: number, { request, response, signal }: Asked): Promise<void> {
    const store = this.#store
    const find = () => store.segment(track.id, number)?.parts.find(part => part.index === index)
    const last = track.segments.at(-1)
    // Only what was hinted at is waited for: the next part, or the first of the next segment.
    const isNext =
      last !== undefined &&
      (number === last.number + 1
        ? index === 0
        : number === last.number && !last.complete && index === (last.parts.at(-1)?.index ?? -1) + 1)
    if (!find() && isNext && !store.ended) {
      const isThere = (): boolean => find() !== undefined || store.ended || track.segments.at(-1)!.number > number
      await store.until(isThere, 3000 * this.#segmentSeconds(), signal)
    }
    const part = find()
    if (!part) return answerError(response, 404, 'there is no such part')
    return answerText(request, response, types.mp4, keep.forever, part.bytes)
  }

  async #segment(track: StoredTrack, number: number, asked: Asked): Promise<void> {
    const store = this.#store
    const find = () => store.segment(track.id, number)
    const last = track.segments.at(-1)
    // DASH players come by the clock, a little before the first chunk.
    if (!find() && last && number === last.number + 1 && !store.ended)
      await store.until(() => find() !== undefined || store.ended, 1000 * this.#segmentSeconds(), asked.signal)
    const segment = find()
    if (!segment) return answerError(asked.response, 404, 'there is no such segment')
    if (segment.complete) return answerSegment(asked.request, asked.response, segment)
    return this.#grow(segment, asked)
  }

  /** Sends the parts of a segment as they come. */
  async #grow(segment: StoredSegment, { request, response, signal }: Asked): Promise<void> {
    response.writeHead(200, { 'Content-Type': types.mp4, 'Cache-Control': keep.forever })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    for (let sent = 0; ; ) {
      while (sent < segment.parts.length) {
        if (!response.write(segment.parts[sent++]!.bytes)) await once(response, 'drain', { signal })
      }
      if (segment.complete) break
      const isMore = (): boolean => segment.parts.length > sent || segment.complete
      const more = await this.#store.until(isMore, 3000 * this.#segmentSeconds(), signal)
      if (!more) {
        // Cut off, so that no cache keeps it for whole.
        response.destroy()
        return
      }
    }
    response.end()
  }

  #segmentSeconds(): number {
    const program = this.#store.program
    if (!program) return 2
    const { num, den } = segmentDuration(program.timing)
    return num / den
  }

  #text(key: string, make: () => string): Buffer {
    if (this.#revision !== this.#store.revision) {
      this.#texts.clear()
      this.#revision = this.#store.revision
    }
    const known = this.#texts.get(key)
    if (known) return known
    const text = Buffer.from(make())
    this.#texts.set(key, text)
    return text
  }
}

function readCount(text: string | null): number | 'bad' | null {
  if (text === null) return null
  return /^\d{1,15}$/.test(text) ? Number(text) : 'bad'
}
