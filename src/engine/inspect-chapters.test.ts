import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseChapters } from './inspect-chapters.ts'

const start = ['  Chapters:']
const chapter = (n: number, from: string, to: string, ...title: string[]): string[] => [
  `    Chapter #0:${n}: `,
  `start ${from}, `,
  `end ${to}`,
  ...(title.length > 0 ? ['      Metadata:', '        title           : ', ...title, ''] : []),
]

it('reads times and titles out of the pieces that FFmpeg prints', () => {
  const pieces = [...start, ...chapter(0, '0.000000', '1.001000', 'One: start'), ...chapter(1, '1.001000', '2.000000')]
  assert.deepEqual(parseChapters(pieces), [
    { start: '0/1', end: '1001/1000', title: 'One: start' },
    { start: '1001/1000', end: '2/1', title: null },
  ])
})

it('joins a title of several lines', () => {
  const pieces = [...start, ...chapter(0, '0.000000', '1.000000', 'One', '                        : ', 'and more')]
  assert.equal(parseChapters(pieces)[0]?.title, 'One and more')
})

it('takes no chapter out of a title or a tag that looks like one', () => {
  const bogus = chapter(7, '5.000000', '6.000000')
  const tags = ['  Metadata:', '    comment         : ', 'Chapter #0:0: start 1, end 2', '']
  const pieces = [...tags, ...start, ...chapter(0, '0.000000', '1.000000', ...bogus)]
  assert.equal(parseChapters(pieces).length, 1)
})

it('reads nothing behind the streams', () => {
  assert.deepEqual(parseChapters(['  Stream #0', ':0', ...chapter(0, '0.000000', '1.000000')]), [])
})
