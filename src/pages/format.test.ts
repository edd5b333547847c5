import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  baseName,
  formatBitrate,
  formatBytes,
  formatClock,
  formatDate,
  formatDuration,
  formatElapsed,
  formatFixed,
  formatFrameRate,
  formatLevel,
} from './format.ts'

test('frame rates show the decimal and, where it is not exact, the fraction', () => {
  assert.equal(formatFrameRate('30000/1001'), '29.97 (30000/1001)')
  assert.equal(formatFrameRate('24000/1001'), '23.976 (24000/1001)')
  assert.equal(formatFrameRate('25/1'), '25')
  assert.equal(formatFrameRate('50/2'), '25')
  assert.equal(formatFrameRate('100/1'), '100')
})

test('sizes and rates carry their unit over when they round up', () => {
  assert.deepEqual([0, 999, 1000, 18_432_000, 999_600, 1.5e12].map(formatBytes), [
    '0 B',
    '999 B',
    '1.00 kB',
    '18.4 MB',
    '1.00 MB',
    '1.50 TB',
  ])
  assert.deepEqual([0, 128_000, 999_600, 3_120_000, 187e6].map(formatBitrate), [
    '0 kb/s',
    '128 kb/s',
    '1.00 Mb/s',
    '3.12 Mb/s',
    '187 Mb/s',
  ])
})

test('times never show sixty seconds', () => {
  assert.equal(formatClock(59.999), '1:00.00')
  assert.equal(formatClock(3599.999), '1:00:00.00')
  assert.equal(formatClock(7.3), '0:07.30')
  assert.equal(formatClock(65, 0), '1:05')
  assert.equal(formatDuration('1001/250'), '4.004 s')
  assert.equal(formatDuration('3723480/1000'), '1:02:03.480')
  assert.equal(formatElapsed(171.2), '2 min 51 s')
  assert.equal(formatElapsed(119.9), '120 s')
  assert.equal(formatElapsed(3661), '1 h 1 min')
})

test('levels as the codec prints them', () => {
  assert.equal(formatLevel('h264', 31), '3.1')
  assert.equal(formatLevel('h264', 9), '1b')
  assert.equal(formatLevel('hevc', 93), '3.1')
  assert.equal(formatLevel('av1', 8), '4.0')
  assert.equal(formatLevel('vp9', 31), '31')
})

test('minus signs, dates, names', () => {
  assert.equal(formatFixed(-23.04, 1), '\u221223.0')
  assert.equal(formatDate('2026-11-23T04:52:39.120Z'), '2026-11-23 04:52 UTC')
  assert.equal(formatDate('yesterday'), 'yesterday')
  assert.equal(baseName('C:\\media\\a.mov'), 'a.mov')
  assert.equal(baseName('/a/b/c.mov'), 'c.mov')
})
