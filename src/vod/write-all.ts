// Files of text beside the media of a package, on disk before its folder gets its name.
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unwritable } from './work-dir.ts'

/** @throws {HE_OUTPUT_FULL} {HE_OUTPUT_UNWRITABLE} */
export async function writeAll(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name)
    try {
      await writeFile(path, text)
      await using handle = await open(path, 'r+')
      await handle.sync()
    } catch (error) {
      throw unwritable(path, error)
    }
  }
}
