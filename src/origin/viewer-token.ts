// Addresses that are good for a while: the first part of the path is `~EXPIRY.MAC`, so everything that a playlist names relative to itself
// carries it along, and a CDN keeps one copy for all who share it.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../core/index.ts'

const macOf = (key: Secret, channel: string, expiry: string): Buffer =>
  key.use(bytes => createHmac('sha256', bytes).update(`${channel}\n${expiry}`).digest())

/** The part of the path that opens one channel until `expiresS`, seconds since 1970. */
export function formatViewerToken(key: Secret, channel: string, expiresS: number): string {
  const expiry = String(Math.floor(expiresS))
  return `~${expiry}.${macOf(key, channel, expiry).toString('base64url')}`
}

/** Whether a token opens a channel now. */
export function isValidToken(key: Secret, channel: string, token: string, nowS: number): boolean {
  const match = /^~(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(token)
  if (!match) return false
  const [, expiry, mac] = match as unknown as [string, string, string]
  return timingSafeEqual(Buffer.from(mac, 'base64url'), macOf(key, channel, expiry)) && Number(expiry) > nowS
}
