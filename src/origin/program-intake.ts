// Takes the programs of channels on a unix socket: who it is, where it goes on, then its events.
import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { type Log, MessageFrameReader } from '../core/index.ts'
import { decodeProgramEvent, decodeProgramHello, encodePosition } from '../live/index.ts'
import type { ChannelStore } from './channel-store.ts'

/** @param openStore gives the store of a channel, made where it is new. */
export async function openProgramIntake(
  path: string,
  openStore: (channel: string) => ChannelStore,
  log: Log,
): Promise<AsyncDisposable> {
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const current = new Map<string, Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    const reader = new MessageFrameReader()
    let store: ChannelStore | null = null
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (store && current.get(store.name) === socket) current.delete(store.name)
    })
    socket.on('data', chunk => {
      try {
        for (const frame of reader.push(chunk)) {
          if (store) {
            store.take(decodeProgramEvent(frame))
            continue
          }
          const channel = decodeProgramHello(frame)
          store = openStore(channel)
          // A worker that was thought dead must not speak beside its successor.
          current.get(channel)?.destroy()
          current.set(channel, socket)
          socket.write(encodePosition(store.ended ? {} : store.position))
        }
      } catch (error) {
        log.error({ channel: store?.name, error: String(error) }, 'a channel said what no channel says')
        socket.destroy()
      }
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
      await rm(path, { force: true })
    },
  }
}
