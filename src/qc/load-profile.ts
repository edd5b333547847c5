// A profile by its name, or from a file.
import { readFile, stat } from 'node:fs/promises'
import { HeadendError, nearest } from '../core/index.ts'
import { profileNames } from './check.ts'
import { heldBy } from './profile.ts'
import { parseProfile, type QcProfile } from './profile-file.ts'

const MOST_BYTES = 1 << 20

/** @throws {HE_QC_PROFILE} {HE_INPUT_NOT_FOUND} */
export async function loadProfile(word: string): Promise<QcProfile> {
  const own = profileNames.find(name => name === word)
  if (own) return { name: own, held: heldBy(own) }
  const found = await stat(word).catch(() => null)
  if (!found?.isFile()) {
    const near = nearest(word, profileNames)
    throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no profile ${word}, nor a file of that name`, {
      hint: near ? `Did you mean ${near}?` : `Headend has ${profileNames.join(', ')}.`,
      details: { path: word },
    })
  }
  if (found.size > MOST_BYTES) throw new HeadendError('HE_QC_PROFILE', `${word} is too large for a profile`)
  return parseProfile(await readFile(word, 'utf8'), word)
}
