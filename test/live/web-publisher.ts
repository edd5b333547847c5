// A publisher by WebRTC: a page in Chromium that draws the time of day into a picture and sends it with a tone by WHIP.
import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from '../e2e/play.ts'

export type WebPublisher = AsyncDisposable & {
  readonly status: number
  readonly location: string | null
  /** Of the sender's own statistics: frames that were encoded, size, bits per second. */
  stats(): Promise<{ frames: number; width: number; height: number; bitrateBps: number; nacks: number }>
  /** DELETE of the resource; its status. */
  end(): Promise<number>
}

export type WebPublisherOptions = {
  readonly codec?: 'H264' | 'VP8' | 'AV1' | 'VP9'
  readonly width?: number
  readonly height?: number
  readonly token?: string
}

/** `endpoint`: of a WHIP server on this machine, whose origin the page gets. */
export async function publishFromChromium(
  endpoint: string,
  { codec = 'H264', width = 640, height = 360, token }: WebPublisherOptions = {},
): Promise<WebPublisher> {
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--autoplay-policy=no-user-gesture-required',
      // The test's server is on 127.0.0.1.
      '--allow-loopback-in-peer-connection',
    ],
  })
  try {
    const page = await browser.newPage()
    const home = new URL('/publish.html', endpoint).href
    await page.route(home, route => route.fulfill({ contentType: 'text/html', body: '<canvas></canvas>' }))
    await page.goto(home)
    const answer = await page.evaluate<{ status: number; location: string | null }>(`(async () => {
      const canvas = document.querySelector('canvas'), CELLS = 56
      canvas.width = ${width}; canvas.height = ${height}
      const context = canvas.getContext('2d')
      const cell = Math.floor(canvas.width / CELLS), tall = Math.round(canvas.height / 24)
      let n = 0
      const draw = () => {
        const now = Date.now()
        let check = 1
        for (let rest = now; rest > 0; rest = Math.floor(rest / 256)) check += rest % 256
        const bits = (value, count) => Array.from({ length: count }, (_, i) => Math.floor(value / 2 ** (count - 1 - i)) % 2)
        context.fillStyle = 'hsl(' + (n * 3) % 360 + ' 60% 40%)'; context.fillRect(0, 0, canvas.width, canvas.height)
        context.fillStyle = '#fff'; context.fillRect((n * 7) % canvas.width, canvas.height / 2, 60, 60); n++
        ;[1, 0, 1, 0, ...bits(now, 44), ...bits(check % 256, 8)].forEach((bit, i) => {
          context.fillStyle = bit ? '#fff' : '#000'
          context.fillRect(i * cell, 0, cell, tall)
        })
      }
      setInterval(draw, 1000 / 30); draw()
      const video = canvas.captureStream(30)
      const sound = new AudioContext(), tone = sound.createOscillator(), out = sound.createMediaStreamDestination()
      tone.frequency.value = 440; tone.connect(out); tone.start()
      const peer = window.peer = new RTCPeerConnection()
      const sender = peer.addTransceiver(video.getVideoTracks()[0], { direction: 'sendonly' })
      const codecs = RTCRtpSender.getCapabilities('video').codecs
      const wanted = codecs.filter(each => each.mimeType === 'video/${codec}')
      sender.setCodecPreferences([...wanted, ...codecs.filter(each => each.mimeType === 'video/rtx')])
      peer.addTransceiver(out.stream.getAudioTracks()[0], { direction: 'sendonly' })
      await peer.setLocalDescription(await peer.createOffer())
      const headers = { 'Content-Type': 'application/sdp', ...(${JSON.stringify(token ?? null)} ? { Authorization: 'Bearer ' + ${JSON.stringify(token ?? null)} } : {}) }
      const response = await fetch(${JSON.stringify(endpoint)}, { method: 'POST', headers, body: peer.localDescription.sdp })
      const text = await response.text()
      if (response.status === 201) await peer.setRemoteDescription({ type: 'answer', sdp: text })
      window.resource = response.headers.get('Location')
      return { status: response.status, location: window.resource }
    })()`)
    let last = { atMs: performance.now(), bytes: 0 }
    return {
      ...answer,
      async stats() {
        const now = await page.evaluate<{
          frames: number
          width: number
          height: number
          bytes: number
          nacks: number
        }>(`(async () => {
          for (const each of (await peer.getStats()).values())
            if (each.type === 'outbound-rtp' && each.kind === 'video')
              return { frames: each.framesEncoded, width: each.frameWidth, height: each.frameHeight, bytes: each.bytesSent, nacks: each.nackCount || 0 }
          return { frames: 0, width: 0, height: 0, bytes: 0, nacks: 0 }
        })()`)
        const atMs = performance.now()
        const bitrateBps = ((now.bytes - last.bytes) * 8000) / (atMs - last.atMs)
        last = { atMs, bytes: now.bytes }
        return { ...now, bitrateBps }
      },
      end: () =>
        page.evaluate<number>(
          `fetch(new URL(resource, ${JSON.stringify(endpoint)}), { method: 'DELETE' }).then(response => response.status)`,
        ),
      [Symbol.asyncDispose]: () => browser.close(),
    }
  } catch (error) {
    await browser.close()
    throw error
  }
}
