// The command line without its commands: output, errors, exit codes, progress, Ctrl-C. No media, no engine.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { HeadendError, type Progress, Secret } from '../core/index.ts'
import { createLogger } from './logger.ts'
import { main } from './main.ts'
import { createProgressView, formatClock, formatProgress } from './progress-view.ts'
import { type CliIo, type CommandHandler, runCommand } from './run-command.ts'
import { createScreen } from './screen.ts'

let cwd: string
before(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headend-cli-'))
})
after(() => rm(cwd, { recursive: true, force: true }))

type Captured = { io: CliIo; out: () => string; err: () => string; signals: EventEmitter; quits: number[] }

function capture(env: Record<string, string> = {}, tty = false): Captured {
  const out: string[] = []
  const err: string[] = []
  const signals = new EventEmitter()
  const quits: number[] = []
  const io: CliIo = {
    stdout: { write: text => out.push(text) },
    stderr: { isTTY: tty, columns: 80, write: text => err.push(text) },
    env,
    cwd,
    signals,
    quit: code => quits.push(code),
  }
  return {
    io,
    out: () => out.join(''), // CSI 2K, which erases the line, made visible.
    err: () => err.join('').replaceAll('\u001b[2K', '<erase>'),
    signals,
    quits,
  }
}

const plain = { json: false, quiet: false, config: undefined }
const run = (captured: Captured, handler: CommandHandler, options = plain): Promise<number> =>
  runCommand(captured.io, options, {}, handler)

test('--version and --help go to stdout with 0', async () => {
  const version = capture()
  assert.equal(await main(['--version'], version.io), 0)
  assert.match(version.out(), /^\d+\.\d+\.\d+\n$/)
  for (const args of [['--help'], ['vod', '--help'], ['help', 'vod']]) {
    const help = capture()
    assert.equal(await main(args, help.io), 0, args.join(' '))
    assert.match(help.out(), /Usage: headend/)
    assert.match(help.out(), /Examples:/)
    assert.equal(help.err(), '')
  }
})

test('usage errors: code 2, one sentence and a hint, or one JSON object', async () => {
  const cases: [string[], RegExp][] = [
    [['prob', 'x'], /unknown command 'prob'[\s\S]*Did you mean probe\?/],
    [['vod', 'x'], /required option '-o, --output <dir>' not specified/],
    [['vod', 'x', '-o', 'y', '--pre', 'slow'], /unknown option '--pre'/],
    [['probe'], /missing required argument 'input'/],
    [['transcode', 'x', '-o', 'y.xyz'], /cannot tell the container from the name y\.xyz/],
    [['config', '--config', 'absent.json'], /the configuration file absent\.json does not exist/],
  ]
  for (const [args, message] of cases) {
    const text = capture()
    assert.equal(await main(args, text.io), 2, args.join(' '))
    assert.match(text.err(), message)
    assert.match(text.err(), /^error HE_[A-Z_]+: [^\n]+\nhint: [^\n]+\n$/)
    assert.equal(text.out(), '')

    const json = capture()
    assert.equal(await main([...args, '--json'], json.io), 2)
    const { error } = JSON.parse(json.out()) as { error: Record<string, unknown> }
    assert.deepEqual(Object.keys(error), ['code', 'message', 'hint', 'details'])
    assert.equal(json.err(), '')
  }
})

test('without a command it prints help and fails', async () => {
  const captured = capture()
  assert.equal(await main([], captured.io), 2)
  assert.match(captured.out(), /Usage: headend/)
})

test('config shows the layers, and a broken file is an error', async () => {
  await writeFile(join(cwd, 'good.json'), '{ "vod": { "segmentSeconds": 4 } }')
  await writeFile(join(cwd, 'broken.json'), '{')
  const shown = capture({ HEADEND_CONFIG: 'good.json', HEADEND_PREVIEW_PORT: '81' })
  assert.equal(await main(['config', '--show', '--json'], shown.io), 0)
  const { entries } = JSON.parse(shown.out()) as { entries: { key: string; source: string }[] }
  const source = (key: string) => entries.find(each => each.key === key)?.source
  assert.equal(source('vod.segmentSeconds'), 'file good.json')
  assert.equal(source('preview.port'), 'env HEADEND_PREVIEW_PORT')
  const broken = capture()
  assert.equal(await main(['config', '--config', 'broken.json'], broken.io), 2)
  assert.match(broken.err(), /^error HE_CONFIG_INVALID: broken\.json is not JSON/)
})

test('errors of a command keep their exit code; a foreign one is ours to answer for', async () => {
  const cases: [unknown, number, RegExp][] = [
    [new HeadendError('HE_INPUT_EMPTY', 'nothing in it'), 2, /^error HE_INPUT_EMPTY: nothing in it\nhint: /],
    [new HeadendError('HE_ENGINE_CRASHED', 'gone'), 3, /^error HE_ENGINE_CRASHED: gone\nhint: /],
    [new TypeError('x is not a function'), 3, /^error HE_INTERNAL: x is not a function\nhint: /],
  ]
  for (const [thrown, exit, text] of cases) {
    const captured = capture()
    assert.equal(await run(captured, () => Promise.reject(thrown)), exit)
    assert.match(captured.err(), text)
    assert.doesNotMatch(captured.err(), /\n\s+at /)
  }
  const debug = capture({ HEADEND_LOG_LEVEL: 'debug' })
  await run(debug, () => Promise.reject(new Error('outer', { cause: new Error('inner') })))
  assert.match(debug.err(), /\n\s+at /)
  assert.match(debug.err(), /inner/)
})

test('the first Ctrl-C cancels with 130, its echo is not a second one', async () => {
  const captured = capture()
  const exit = await run(captured, async ({ signal }) => {
    captured.signals.emit('SIGINT', 'SIGINT')
    captured.signals.emit('SIGINT', 'SIGINT')
    signal.throwIfAborted()
    return 0
  })
  assert.equal(exit, 130)
  assert.deepEqual(captured.quits, [])
  assert.match(captured.err(), /^stopping[^\n]*\nerror HE_CANCELLED: /)
  assert.equal(captured.signals.listenerCount('SIGINT'), 0, 'a listener is left')
})

test('a result is one object with --json, text without', async () => {
  const handler: CommandHandler = async ({ show }) => {
    show({ a: 1 }, 'one')
    return 1
  }
  const text = capture()
  assert.equal(await run(text, handler), 1)
  assert.equal(text.out(), 'one\n')
  const json = capture()
  assert.equal(await run(json, handler, { ...plain, json: true }), 1)
  assert.deepEqual(JSON.parse(json.out()), { a: 1 })
})

test('secrets do not reach the log', () => {
  const captured = capture()
  const log = createLogger('info', createScreen(captured.io.stderr))
  const secret = new Secret(Buffer.from('0123456789abcdef'))
  log.child({ title: 't' }).warn({ key: 'k-visible', drm: { token: 't-visible' }, secretValue: secret }, 'made')
  assert.doesNotMatch(captured.err(), /visible|0123456789/)
  assert.match(captured.err(), /"title":"t".*\[secret\].*"msg":"made"/)
  log.debug('not asked for')
  assert.doesNotMatch(captured.err(), /not asked for/)
})

const progress = (stage: string, done: number): Progress => ({
  stage,
  done,
  total: 100,
  unit: 'frames',
  fps: 50,
  speed: 2,
  etaSeconds: 62,
})

test('progress is plain lines where there is no terminal, at most one in five seconds', () => {
  const captured = capture()
  let now = 0
  const view = createProgressView(createScreen(captured.io.stderr), () => now)
  for (const done of [1, 2, 3, 4, 5]) {
    view.onProgress(progress('encode', done))
    now += 2000
  }
  view.onProgress(progress('verify', 0))
  now += 1000
  view.end('failed')
  assert.equal(captured.err(), '  encode       4 %  50 fps  2.00x  ETA 1:02\n✔ encode    10.0 s\n✖ verify    1.0 s\n')
})

test('on a terminal one status line is redrawn, and what stays stands above it', () => {
  const captured = capture({}, true)
  const screen = createScreen(captured.io.stderr)
  const view = createProgressView(screen)
  view.onProgress(progress('encode', 50))
  assert.match(captured.err(), /^ {2}encode {5}█{10}░{10} {3}50 % {2}50 fps/)
  screen.line('a warning')
  assert.match(captured.err(), /\r<erase>a warning\n {2}encode/)
  view.end('done')
  assert.match(captured.err(), /\r<erase>✔ encode {4}\d+\.\d s\n$/)
})

test('progress without a total, and times of day', () => {
  assert.equal(
    formatProgress({ ...progress('probe', 0), total: null, fps: null, speed: null, etaSeconds: null }, true),
    'probe    ',
  )
  assert.deepEqual([5, 65, 3725].map(formatClock), ['0:05', '1:05', '1:02:05'])
})
