// A drop folder: every file that comes to rest in it is inspected once, and its report stays.
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { delay, HeadendError, type RunOptions } from '../core/index.ts'
import type { QcReport } from '../model/index.ts'
import { renderQc } from './page.ts'
import type { QcProfile } from './profile-file.ts'
import { runQc } from './run-qc.ts'
import { type Alert, newAlert, pauseAfter, sendAlert, type Webhook } from './webhook.ts'

export type WatchOptions = RunOptions & {
  readonly profile: QcProfile
  /** Where reports go. */
  readonly outDir: string
  /** A file is taken when size and time have not changed for so long. */
  readonly settleS: number
  readonly webhook: Webhook | null
  /** Warnings count as failures. */
  readonly strict: boolean
  readonly onDone?: (done: Inspected) => void
  /** Between looks at the folder; for tests. */
  readonly pollMs?: number
}

/** What became of one file. */
export type Inspected = {
  readonly file: string
  readonly verdict: QcReport['verdict'] | 'error'
  readonly report: string
  /** Why it could not be inspected; null where it was. */
  readonly error: { readonly code: string; readonly message: string } | null
}

const REPORT = '.qc.json'
const PAGE = '.qc.html'
const ALERT = '.qc.alert'
/** Names of files have at most 255 bytes nearly everywhere; ours are longer by up to this. */
const LONGEST_NAME = 255 - `${ALERT}.partial`.length
/** Before a file is taken again whose report could not be written. */
const RETRY_MS = 60_000
/** Ours, and what copying tools call a file that is not whole yet. */
const SKIPPED = /^\.|\.qc\.(json|html|alert)$|\.(part|partial|tmp|crdownload|filepart|!ut)$/i

type Seen = { readonly size: number; readonly mtimeMs: number; readonly sinceMs: number }
type Pending = { readonly alert: Alert; attempts: number; nextMs: number }

/**
 * Runs until `signal` aborts. What was inspected is known by its report: after a restart nothing is done twice, and alerts that were not
 * delivered are sent again. @throws {HE_INPUT_NOT_FOUND} when the folder cannot be read to begin with
 */
export async function watchFolder(dir: string, options: WatchOptions): Promise<void> {
  const { signal, outDir, settleS, pollMs = 1000 } = options
  await readdir(dir).catch(cause => {
    throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no folder ${dir}`, { cause, details: { path: dir } })
  })
  const seen = new Map<string, Seen>()
  const alerts = new Alerts(outDir, options)
  await alerts.load()
  for (;;) {
    await alerts.send()
    for (const name of await settled(dir, seen, settleS * 1000, options)) {
      if (signal.aborted) return
      if (await isDone(join(dir, name), join(outDir, reportName(name)))) continue
      // A full disk, or a folder that is gone for a while, must not end the watch.
      await inspectOne(dir, name, options, alerts).catch(error => {
        options.log.warn({ name, error: String(error) }, 'the report could not be written; again in a minute')
        const last = seen.get(name)
        if (last) seen.set(name, { ...last, sinceMs: performance.now() + RETRY_MS })
      })
    }
    await delay(pollMs, signal).catch(() => {})
    if (signal.aborted) return
  }
}

/** Files that have stood still for long enough, the oldest first. */
async function settled(
  dir: string,
  seen: Map<string, Seen>,
  settleMs: number,
  { log }: Pick<RunOptions, 'log'>,
): Promise<string[]> {
  const now = performance.now()
  const entries = await readdir(dir, { withFileTypes: true }).catch(error => {
    // A network disk may be gone for a while.
    log.warn({ error: String(error) }, 'the folder cannot be read')
    return []
  })
  const ready: { name: string; mtimeMs: number }[] = []
  const names = new Set<string>()
  for (const entry of entries) {
    if (!entry.isFile() || SKIPPED.test(entry.name)) continue
    const found = await stat(join(dir, entry.name)).catch(() => null)
    if (!found) continue
    names.add(entry.name)
    const { size, mtimeMs } = found
    const last = seen.get(entry.name)
    if (last?.size !== size || last.mtimeMs !== mtimeMs) seen.set(entry.name, { size, mtimeMs, sinceMs: now })
    else if (now - last.sinceMs >= settleMs) ready.push({ name: entry.name, mtimeMs })
  }
  for (const name of seen.keys()) if (!names.has(name)) seen.delete(name)
  return ready.toSorted((a, b) => a.mtimeMs - b.mtimeMs).map(({ name }) => name)
}

/** As the file, with its reports' endings; names too long for that are cut, and told apart by a hash. */
function reportName(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12)
  let start = name
  while (Buffer.byteLength(start) > LONGEST_NAME - 1 - hash.length) start = [...start].slice(0, -1).join('')
  return `${start}~${hash}`
}

/** The report is of this very file: as large, and not older. */
async function isDone(path: string, base: string): Promise<boolean> {
  const [file, report] = await Promise.all([path, `${base}${REPORT}`].map(each => stat(each).catch(() => null)))
  if (!file) return true
  if (!report) return false
  const text = await readFile(`${base}${REPORT}`, 'utf8').catch(() => '')
  try {
    const { watched } = JSON.parse(text) as { watched?: { size: number; mtimeMs: number } }
    return watched?.size === file.size && watched.mtimeMs === file.mtimeMs
  } catch {
    return false
  }
}

async function inspectOne(dir: string, name: string, options: WatchOptions, alerts: Alerts): Promise<void> {
  const { signal, log, profile, outDir, strict } = options
  const path = join(dir, name)
  const base = join(outDir, reportName(name))
  const { size, mtimeMs } = await stat(path)
  const watched = { size, mtimeMs }
  let done: Inspected
  let bad: unknown = null
  let page: string | null = null
  let body: object
  try {
    const { report, pictures } = await runQc(path, { ...options, profile, reference: null, pictures: true })
    page = renderQc(report, pictures)
    body = report
    done = { file: path, verdict: report.verdict, report: `${base}${REPORT}`, error: null }
    const { verdict, findings } = report
    if (verdict === 'fail' || (strict && verdict === 'warn'))
      bad = { type: 'qc.failed', file: path, verdict, profile: profile.name, findings: findings.slice(0, 20) }
  } catch (error) {
    if (signal.aborted) return
    const { code, message } = error instanceof HeadendError ? error : { code: 'HE_INTERNAL', message: String(error) }
    log.warn({ path, code }, message)
    body = { error: { code, message } }
    done = { file: path, verdict: 'error', report: `${base}${REPORT}`, error: { code, message } }
    bad = { type: 'qc.failed', file: path, verdict: 'error', error: { code, message } }
  }
  // Whatever stops us from here on: a file counts as done when its alert is kept and its page is there, not before.
  if (bad) await alerts.keep(reportName(name), newAlert({ timestamp: new Date().toISOString(), data: bad }))
  if (page === null) await rm(`${base}${PAGE}`, { force: true })
  else await replace(`${base}${PAGE}`, page)
  await replace(`${base}${REPORT}`, `${JSON.stringify({ watched, ...body }, null, 2)}\n`)
  options.onDone?.(done)
  await alerts.send()
}

/** Appears whole or not at all. */
async function replace(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`
  try {
    await writeFile(partial, text)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  }
}

/** Alerts lie beside the reports until somebody has taken them. */
class Alerts {
  readonly #dir: string
  readonly #options: WatchOptions
  readonly #pending = new Map<string, Pending>()

  constructor(dir: string, options: WatchOptions) {
    this.#dir = dir
    this.#options = options
  }

  async load(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      if (!name.endsWith(ALERT)) continue
      try {
        const alert = JSON.parse(await readFile(join(this.#dir, name), 'utf8')) as Alert
        this.#pending.set(name.slice(0, -ALERT.length), { alert, attempts: 0, nextMs: 0 })
      } catch (error) {
        this.#options.log.warn({ name, error: String(error) }, 'an alert cannot be read')
      }
    }
  }

  async keep(name: string, alert: Alert): Promise<void> {
    if (!this.#options.webhook) return
    await replace(join(this.#dir, `${name}${ALERT}`), JSON.stringify(alert))
    this.#pending.set(name, { alert, attempts: 0, nextMs: 0 })
  }

  /** Those whose time has come; what is not taken waits longer each time, and the rest until the next round: files wait meanwhile. */
  async send(): Promise<void> {
    const { webhook, signal, log } = this.#options
    if (!webhook) return
    for (const [name, pending] of this.#pending) {
      if (performance.now() < pending.nextMs) continue
      const refused = await sendAlert(pending.alert, webhook, signal).catch(() => 'stopped')
      if (signal.aborted) return
      if (refused === null) {
        this.#pending.delete(name)
        await rm(join(this.#dir, `${name}${ALERT}`), { force: true })
        continue
      }
      pending.attempts++
      const pauseS = pauseAfter(pending.attempts)
      pending.nextMs = performance.now() + pauseS * 1000
      log.warn({ name, attempts: pending.attempts }, `the webhook was not delivered (${refused}); again in ${pauseS} s`)
      return
    }
  }
}
