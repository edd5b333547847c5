// What the repository's linters read: its files, and of TypeScript files the import specifiers. No compiler, no git.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

const SKIPPED = new Set(['node_modules', 'dist', 'out', '.git', '.tmp'])

export type SourceFile = {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
}

/** Files under `dir` (relative to the root) whose names match, sorted. */
export async function readFiles(dir: string, name: RegExp): Promise<SourceFile[]> {
  const found: string[] = []
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue
      const child = join(path, entry.name)
      if (entry.isDirectory()) await visit(child)
      else if (entry.isFile() && name.test(entry.name)) found.push(child)
    }
  }
  await visit(join(root, dir))
  return Promise.all(
    found.toSorted().map(async path => ({
      path: relative(root, path).split(sep).join('/'),
      text: await readFile(path, 'utf8'),
    })),
  )
}

/** Code without comments; a `//` inside a string survives as long as no blank stands before it. */
export function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

/** Specifiers of static and dynamic imports and of re-exports. */
export function importsOf(text: string): string[] {
  const code = stripComments(text)
  const patterns = [/\bfrom\s+'([^']+)'/g, /\bimport\s+'([^']+)'/g, /\bimport\(\s*'([^']+)'\s*\)/g]
  return patterns.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1]!))
}
