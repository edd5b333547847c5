import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { splitAtFps } from './filter-stages.ts'

describe('splitting a chain at its fps filter', () => {
  const cases: [string, string[]][] = [
    ['fps=25', ['fps=25']],
    [
      'bwdif=mode=send_field,fps=fps=30000/1001:round=near,scale=w=640',
      ['bwdif=mode=send_field', 'fps=fps=30000/1001:round=near', 'scale=w=640'],
    ],
    ['scale=w=640,fps', ['scale=w=640', 'fps']],
    ['fps=25,fps=50', ['fps=25', 'fps=50']],
    ['scale=640:360,format=yuv420p', ['scale=640:360,format=yuv420p']],
    // A name that only begins like it, and commas that are not between filters.
    ['fpsx=1,framerate=fps=25', ['fpsx=1,framerate=fps=25']],
    ["drawtext=text='a,fps=1,b',hflip", ["drawtext=text='a,fps=1,b',hflip"]],
    ['drawtext=text=a\\,fps=1,hflip', ['drawtext=text=a\\,fps=1,hflip']],
    // Branches stay whole: there are no frames to count between them.
    ['split[a][b];[a]fps=25[c];[b][c]overlay', ['split[a][b];[a]fps=25[c];[b][c]overlay']],
  ]
  for (const [graph, parts] of cases) {
    it(graph, () => assert.deepEqual(splitAtFps(graph), parts))
  }
})
