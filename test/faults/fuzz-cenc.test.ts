// Mutated init segments, segments and pssh boxes through the encryptor, the decryptor and the inspection: errors with codes only.
// HEADEND_FUZZ=20000 does as many; the seeds are numbers, so that each failure can be repeated.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { HeadendError } from '../../src/core/index.ts'
import { createCencDecryptor, createCencEncryptor, inspectProtection, parsePsshBoxes } from '../../src/drm/index.ts'
import { ivs, key, makeSource, packageClip, period } from '../e2e/cenc-kit.ts'
import { mutate } from './mutate.ts'

const count = Number(process.env.HEADEND_FUZZ ?? 3000)

it(`${count} mutated init segments, segments and pssh boxes`, async t => {
  const dir = await mkdtemp(join(tmpdir(), 'headend-cenc-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const attempts: [name: string, seed: Uint8Array, run: (bytes: Uint8Array) => unknown][] = [
    ['pssh', period.pssh[0]!, parsePsshBoxes],
    ['pssh, inspected', period.pssh[0]!, inspectProtection],
  ]
  for (const name of ['avc', 'hevc', 'av1', 'aac'] as const) {
    const sound = name === 'aac'
    const clear = await packageClip(await makeSource(dir, name), join(dir, name), { sound, scheme: null })
    const scheme = name === 'hevc' ? 'cenc' : 'cbcs'
    const options = { scheme, iv: ivs[scheme], rotates: name === 'avc' } as const
    const encrypt = (init: Uint8Array, bytes: Uint8Array): Uint8Array[] => {
      const encryptor = createCencEncryptor(init, options)
      return [encryptor.init(period), encryptor.segment(bytes, period)]
    }
    const segment = clear.segments[0]!
    const [init, locked] = encrypt(clear.init, segment) as [Uint8Array, Uint8Array]
    attempts.push(
      [`${name}: init to encrypt`, clear.init, bytes => encrypt(bytes, segment)],
      [`${name}: segment to encrypt`, segment, bytes => encrypt(clear.init, bytes)],
      [`${name}: init to decrypt`, init, bytes => createCencDecryptor(bytes, () => key).segment(locked)],
      [`${name}: segment to decrypt`, locked, bytes => createCencDecryptor(init, () => key).segment(bytes)],
      [`${name}: init, inspected`, init, inspectProtection],
      [`${name}: segment, inspected`, locked, inspectProtection],
    )
  }
  const codes = new Map<string, number>()
  for (let n = 0; n < count; n++) {
    const [name, seed, attempt] = attempts[n % attempts.length]!
    const began = performance.now()
    const outcome = outcomeOf(() => attempt(mutate(seed, n)), `${name}, number ${n}`)
    codes.set(outcome, (codes.get(outcome) ?? 0) + 1)
    const ms = performance.now() - began
    assert.ok(ms < 10_000, `${name}, number ${n} took ${ms} ms`)
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(codes)))
  // Both must happen, or the mutations are too weak or too strong.
  assert.ok((codes.get('read') ?? 0) > count / 50)
  assert.ok((codes.get('HE_INPUT_DAMAGED') ?? 0) > count / 50)
})

function outcomeOf(attempt: () => unknown, what: string): string {
  try {
    attempt()
    return 'read'
  } catch (error) {
    if (error instanceof HeadendError) return error.code
    throw new Error(what, { cause: error })
  }
}
