// `headend targets`, from the command line to its exit code.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { type CombinedTarget, listTargets, type Target, targetNames } from '../codecs/index.ts'
import { main } from './main.ts'

async function run(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const exit = await main(['targets', ...args], {
    stdout: { write: text => out.push(text) },
    stderr: { isTTY: false, columns: 80, write: text => err.push(text) },
    env: {},
    cwd: tmpdir(),
    signals: new EventEmitter(),
    quit: () => {},
  })
  return { exit, out: out.join(''), err: err.join('') }
}

test('the list has one line for every target', async () => {
  const { exit, out, err } = await run()
  assert.deepEqual([exit, err], [0, ''])
  const names = out.split('\n').map(line => line.split(' ')[0])
  assert.deepEqual(names, ['target', ...targetNames(), ''])
  const { targets } = JSON.parse((await run('--json')).out) as { targets: Target[] }
  assert.deepEqual(targets, listTargets())
})

test('one name prints all of its rules, each with a source that is listed', async () => {
  for (const target of listTargets()) {
    const { exit, out } = await run(target.name)
    assert.equal(exit, 0)
    for (const { because } of [...target.video, ...target.audio]) assert.ok(out.includes(because), because)
    for (const { text } of target.quirks) assert.ok(out.includes(text), text)
    const [rules, list] = out.split('\nsources\n') as [string, string]
    target.sources.forEach((source, i) => {
      assert.ok(list.includes(`[${i + 1}] ${source}`), source)
      assert.ok(rules.includes(`[${i + 1}]`), `${target.name}: nothing cites ${source}`)
    })
    assert.ok(!rules.includes('[0]'), `${target.name}: a source that is not in its list`)
    assert.deepEqual(JSON.parse((await run(target.name, '--json')).out), target)
  }
})

test('several names print what all play and who sets each limit, in any spelling of the list', async () => {
  const { exit, out } = await run('tizen-2018', 'ios')
  assert.equal(exit, 0)
  assert.match(out, /HEVC main\/main10 to 5\.1, 4096x2160@60, at most 80 Mbit\/s/)
  assert.match(out, /bit rate set by tizen-2018\n/)
  assert.equal((await run('tizen-2018,ios')).out, out)
  assert.equal((await run('tizen-2018', 'ios', 'tizen-2018')).out, out)
  const { ok, profile } = JSON.parse((await run('tizen-2018', 'ios', '--json')).out) as {
    ok: boolean
    profile: CombinedTarget
  }
  assert.deepEqual([ok, profile.names, profile.defaults.codec], [true, ['tizen-2018', 'ios'], 'hevc'])
})

test('names that have nothing in common: the reasons, and exit code 1', async () => {
  const text = await run('archive', 'ios')
  assert.equal(text.exit, 1)
  assert.match(text.out, /^no container in common: archive plays matroska; ios plays mp4/)
  const json = await run('archive', 'ios', '--json')
  assert.equal(json.exit, 1)
  const { ok, because } = JSON.parse(json.out) as { ok: boolean; because: string[] }
  assert.deepEqual([ok, because.length > 0], [false, true])
})

test('a name that nobody knows is a usage error that names the nearest', async () => {
  const { exit, out, err } = await run('ios', 'tizen-20188')
  assert.deepEqual([exit, out], [2, ''])
  assert.match(err, /^error HE_USAGE: there is no target tizen-20188\nhint: Did you mean tizen-2018\?\n$/)
  assert.match((await run('betamax-of-my-uncle')).err, /hint: headend targets lists them\./)
})
