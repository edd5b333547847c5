import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeadendError } from '../core/index.ts'
import type { GraphSpec } from '../model/index.ts'
import { validateGraph } from './validate.ts'

const registry = { pass: () => ({ run: async () => {} }) }

const spec = (nodes: string, edges: string): GraphSpec => ({
  nodes: nodes.split(' ').map(id => ({ id, kind: 'pass', params: null })),
  edges: edges
    .split(' ')
    .filter(Boolean)
    .map(edge => {
      const [from = '', to = ''] = edge.split('>')
      return { from, to, maxItems: 1, maxBytes: 1 }
    }),
})

const problems = (graph: GraphSpec): unknown => {
  try {
    validateGraph(graph, registry)
    return []
  } catch (error) {
    assert.ok(error instanceof HeadendError && error.code === 'HE_GRAPH_INVALID')
    return error.details.problems
  }
}

test('a diamond with fan-out and two edges between the same nodes is valid', () => {
  assert.deepEqual(problems(spec('a b c d', 'a.x>b.i a.x>c.i a.y>c.j b.o>d.l c.o>d.r')), [])
})

test('everything that does not fit is named at once', () => {
  const graph = spec('a b a', 'a.o>b.i b.o>nobody.i a.o>b.i')
  const odd = { id: 'odd', kind: 'toString', params: null }
  const edge = { from: 'a', to: 'odd.i.j', maxItems: 0, maxBytes: Number.NaN }
  assert.deepEqual(problems({ nodes: [...graph.nodes, odd], edges: [...graph.edges, edge] }), [
    'two nodes are named a',
    'node odd is of the unknown kind toString',
    'edge b.o → nobody.i: there is no node nobody',
    'edge a → odd.i.j: a is not of the form node.port',
    'edge a → odd.i.j: odd.i.j is not of the form node.port',
    'edge a → odd.i.j: its bounds must be at least 1',
    'more than one edge leads into b.i',
  ])
})

test('cycles are found, also one node wide', () => {
  assert.deepEqual(problems(spec('s a b e', 's.o>a.i a.o>b.i b.o>a.j b.p>e.i')), ['a cycle runs through a, b'])
  assert.deepEqual(problems(spec('a', 'a.o>a.i')), ['a cycle runs through a'])
})
