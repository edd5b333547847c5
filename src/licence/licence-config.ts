// How the licence proxy is set up: one JSON file. Secrets are named by files, so that none stands in it.
import { z } from 'zod'

const File = z.string().min(1)
const HttpUrl = z.url({ protocol: /^https?$/ })

/**
 * A header that the vendor wants. `value` may hold {kids}, {session}, {device} and {subject} of the token; `file` is read once,
 * at the start, and its content is never shown.
 */
const Header = z.union([z.strictObject({ value: z.string() }), z.strictObject({ file: File })])

const Vendor = z.strictObject({
  url: HttpUrl,
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), Header).default({}),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
  /** Requests of which nothing can be read (FairPlay’s are all such, and renewals) go on; the vendor has to hold them to {kids}. */
  passOpaque: z.boolean().default(false),
})
export type Vendor = z.infer<typeof Vendor>

const Limit = z.strictObject({ burst: z.int().min(1).default(20), perMinute: z.number().positive().default(60) })

export const LicenceConfig = z.strictObject({
  token: z.strictObject({
    /** HMAC with a secret of at least 32 bytes, in a file. */
    secretFile: File.optional(),
    /** Public keys, as a JWK set: a file, or an address that is fetched again when it has grown old. */
    jwksFile: File.optional(),
    jwksUrl: HttpUrl.optional(),
    algorithms: z
      .array(z.enum(['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']))
      .min(1)
      .default(['ES256']),
    issuer: z.string().optional(),
    audience: z.string().optional(),
    maxAgeSeconds: z.int().min(1).default(86_400),
  }),
  widevine: Vendor.optional(),
  playready: Vendor.optional(),
  /** `certificateFile` is the application certificate, DER: it is public. */
  fairplay: Vendor.extend({ certificateFile: File, passOpaque: z.boolean().default(true) }).optional(),
  /** For development only: keys in the clear. */
  clearkey: z.boolean().default(false),
  maxBodyBytes: z.int().min(256).max(1_048_576).default(65_536),
  /** Of one session, and of one address whoever it claims to be. */
  sessionRate: Limit.prefault({}),
  addressRate: Limit.prefault({ burst: 200, perMinute: 600 }),
  /** Origins that a browser may ask from; `*` for any. */
  allowedOrigins: z.array(z.string()).default([]),
  /** Take the address from X-Forwarded-For: only behind a proxy that sets it. */
  trustProxy: z.boolean().default(false),
})
export type LicenceConfig = z.infer<typeof LicenceConfig>
