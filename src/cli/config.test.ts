import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../core/index.ts'
import { type ConfigLayers, resolveConfig } from './config.ts'
import { configKeys, envName } from './config-schema.ts'

import { optionTable } from './option-table.data.ts'

const none: ConfigLayers = { env: {}, flags: {} }
const entry = (layers: ConfigLayers, key: string) => resolveConfig(layers).entries.find(each => each.key === key)
const file = (data: unknown): ConfigLayers['file'] => ({ path: 'h.json', data })

test('the later layer is the stronger, and each value says where it came from', () => {
  const key = 'vod.segmentSeconds'
  assert.equal(entry(none, key)?.source, 'default')
  const inFile = { ...none, file: file({ vod: { segmentSeconds: 4 } }) }
  assert.deepEqual(entry(inFile, key), { key, value: 4, source: 'file h.json' })
  const inEnv = { ...inFile, env: { HEADEND_VOD_SEGMENT_SECONDS: '8' } }
  assert.deepEqual(entry(inEnv, key), { key, value: 8, source: 'env HEADEND_VOD_SEGMENT_SECONDS' })
  const asFlag = { ...inEnv, flags: { [key]: { flag: '--segment-seconds', text: '10' } } }
  assert.deepEqual(entry(asFlag, key), { key, value: 10, source: 'flag --segment-seconds' })
  assert.equal(resolveConfig(asFlag).values.vod.segmentSeconds, 10)
})

test('an empty environment variable is as good as none', () => {
  assert.equal(entry({ ...none, env: { HEADEND_VOD_PRESET: '' } }, 'vod.preset')?.source, 'default')
})

test('text becomes what the schema wants: numbers or words', () => {
  const { values } = resolveConfig({ ...none, env: { HEADEND_PREVIEW_PORT: '8080', HEADEND_LOG_LEVEL: 'debug' } })
  assert.equal(values.preview.port, 8080)
  assert.equal(values.log.level, 'debug')
})

test('unknown names are errors with the nearest known one', () => {
  const cases: [ConfigLayers, RegExp][] = [
    [{ ...none, file: file({ vdo: {} }) }, /Did you mean vod\?/],
    [{ ...none, file: file({ vod: { segmentSecond: 4 } }) }, /Did you mean vod\.segmentSeconds\?/],
    [{ ...none, file: file({ vod: { zzzzzzzzzzzzzz: 4 } }) }, /Known are .*vod\.preset/],
    [{ ...none, env: { HEADEND_VOD_PRESETS: 'slow' } }, /Did you mean HEADEND_VOD_PRESET\?/],
  ]
  for (const [layers, hint] of cases) assert.throws(() => resolveConfig(layers), { code: 'HE_CONFIG_INVALID', hint })
})

test('a misspelt choice gets the nearest one', () => {
  const layers = { ...none, flags: { 'vod.preset': { flag: '--preset', text: 'slwo' } } }
  assert.throws(() => resolveConfig(layers), { code: 'HE_USAGE', hint: 'Did you mean slow?' })
})

test('values that do not fit are refused where they came from', () => {
  const cases: [ConfigLayers, string, RegExp][] = [
    [
      { ...none, file: file({ vod: { segmentSeconds: 'six' } }) },
      'HE_CONFIG_INVALID',
      /^vod\.segmentSeconds in h\.json: /,
    ],
    [{ ...none, file: file([]) }, 'HE_CONFIG_INVALID', /^h\.json must hold one JSON object/],
    [{ ...none, file: file({ vod: 1 }) }, 'HE_CONFIG_INVALID', /^"vod" in h\.json must be an object/],
    [{ ...none, env: { HEADEND_PREVIEW_PORT: '99999' } }, 'HE_CONFIG_INVALID', /^HEADEND_PREVIEW_PORT 99999: /],
    [{ ...none, flags: { 'vod.crf': { flag: '--crf', text: 'good' } } }, 'HE_USAGE', /^--crf good: /],
  ]
  for (const [layers, code, message] of cases) assert.throws(() => resolveConfig(layers), { code, message })
})

test('variables of others, and $schema in a file, are left alone', () => {
  assert.doesNotThrow(() => resolveConfig({ ...none, env: { HEADEND_CONFIG: 'x', HEADEND_GPU: '1', PATH: '/bin' } }))
  assert.doesNotThrow(() => resolveConfig({ ...none, file: file({ $schema: 'https://example.org/x.json' }) }))
})

test('every setting has a flag, and every flag a setting', () => {
  assert.deepEqual(optionTable.map(({ key }) => key).toSorted(), [...configKeys.keys()].toSorted())
})

test('names of environment variables are made from keys', () => {
  assert.equal(envName('vod.segmentSeconds'), 'HEADEND_VOD_SEGMENT_SECONDS')
})

test('nearest forgives slips, not other words', () => {
  assert.equal(nearest('prset', ['preset', 'port']), 'preset')
  assert.equal(nearest('banana', ['preset', 'port']), undefined)
})
