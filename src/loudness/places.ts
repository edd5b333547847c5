// Where normalised files go, and how they appear: whole, and none before all are finished.
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { HeadendError } from '../core/index.ts'
import { refuseExisting, unwritable } from '../vod/index.ts'
import { type OutputKind, outputKinds } from './output-kinds.data.ts'

export type Place = AsyncDisposable & {
  readonly input: string
  readonly output: string
  readonly kind: OutputKind
  /** Where to write. */
  readonly partial: string
  /** Puts it in its final place. */
  commit(): Promise<void>
}

export type PlaceOptions = { readonly force: boolean }

/** One place for each input: `target` is a file for one of them, else a directory. @throws {HE_USAGE} {HE_OUTPUT_…} */
export async function openPlaces(inputs: readonly string[], target: string, { force }: PlaceOptions): Promise<Place[]> {
  const outputs = await namesOf(inputs, target)
  const sources = new Set(inputs.map(path => resolve(path)))
  const kinds = outputs.map(kindOf)
  for (const [i, output] of outputs.entries()) {
    if (sources.has(output))
      throw new HeadendError('HE_USAGE', `${output} is an input: it would be written over itself`)
    if (outputs.indexOf(output) !== i)
      throw new HeadendError('HE_USAGE', `two inputs would be written to ${output}`, {
        hint: 'Give them different names, or run it for each.',
      })
    await refuseExisting(output, force)
  }
  await using undo = new AsyncDisposableStack()
  const places: Place[] = []
  for (const [i, output] of outputs.entries()) places.push(undo.use(await openPlace(inputs[i]!, output, kinds[i]!)))
  undo.move()
  return places
}

async function namesOf(inputs: readonly string[], target: string): Promise<string[]> {
  const final = resolve(target)
  const isDirectory = (await stat(final).catch(() => null))?.isDirectory() ?? false
  const extension = extname(final).slice(1).toLowerCase()
  const asFile = !isDirectory && !/[\\/]$/.test(target) && extension !== ''
  if (!asFile) return inputs.map(path => join(final, basename(path)))
  if (inputs.length === 1) return [final]
  throw new HeadendError('HE_USAGE', `${inputs.length} inputs cannot become the one file ${target}`, {
    hint: 'Pass a directory to -o.',
  })
}

/** @throws {HE_USAGE} */
function kindOf(output: string): OutputKind {
  const extension = extname(output).slice(1).toLowerCase()
  const kind = Object.hasOwn(outputKinds, extension) ? outputKinds[extension] : undefined
  if (kind) return kind
  throw new HeadendError('HE_USAGE', `cannot tell the kind of file from the name ${basename(output)}`, {
    hint: `Use a name that ends in ${Object.keys(outputKinds).join(', ')}.`,
  })
}

async function openPlace(input: string, output: string, kind: OutputKind): Promise<Place> {
  let made: string | undefined
  const partial = join(dirname(output), `.${basename(output)}.${randomUUID().slice(0, 8)}.partial`)
  try {
    made = await mkdir(dirname(output), { recursive: true })
    await (await open(partial, 'w')).close()
  } catch (error) {
    throw unwritable(output, error)
  }
  return {
    ...{ input, output, kind, partial },
    async commit() {
      await rename(partial, output).catch(error => {
        throw unwritable(output, error)
      })
    },
    async [Symbol.asyncDispose]() {
      await rm(partial, { force: true })
      // Only while it is empty: a directory that was made for a file that never came.
      if (made !== undefined) await rmdir(dirname(output)).catch(() => {})
    },
  }
}
