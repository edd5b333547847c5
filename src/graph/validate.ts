// Whether a graph fits together, before anything of it runs. What ports a node has is known to the node alone.
import { HeadendError } from '../core/index.ts'
import type { EdgeSpec, GraphSpec } from '../model/index.ts'
import type { NodeRegistry } from './node.ts'

/** Splits `node.port`; undefined when it is not of that form. */
export function parseEndpoint(text: string): { readonly node: string; readonly port: string } | undefined {
  const [node, port, ...rest] = text.split('.')
  return node && port && rest.length === 0 ? { node, port } : undefined
}

/** Reports everything that is wrong at once. @throws {HE_GRAPH_INVALID} */
export function validateGraph(spec: GraphSpec, registry: NodeRegistry): void {
  const ids = new Set(spec.nodes.map(node => node.id))
  const problems = [
    ...duplicates(spec.nodes.map(node => node.id)).map(id => `two nodes are named ${id}`),
    ...spec.nodes
      .filter(node => !Object.hasOwn(registry, node.kind))
      .map(node => `node ${node.id} is of the unknown kind ${node.kind}`),
    ...spec.edges.flatMap(edge => edgeProblems(edge, ids)),
    ...duplicates(spec.edges.map(edge => edge.to)).map(to => `more than one edge leads into ${to}`),
  ]
  if (problems.length === 0) {
    const cycle = nodesInCycles(spec)
    if (cycle.length > 0) problems.push(`a cycle runs through ${cycle.join(', ')}`)
  }
  if (problems.length > 0) {
    throw new HeadendError('HE_GRAPH_INVALID', `The graph is invalid: ${problems.join('; ')}.`, {
      details: { problems },
    })
  }
}

function edgeProblems(edge: EdgeSpec, ids: ReadonlySet<string>): string[] {
  const name = `edge ${edge.from} → ${edge.to}`
  const problems: string[] = []
  for (const end of [edge.from, edge.to]) {
    const node = parseEndpoint(end)?.node
    if (node === undefined) problems.push(`${name}: ${end} is not of the form node.port`)
    else if (!ids.has(node)) problems.push(`${name}: there is no node ${node}`)
  }
  // Not >= 1 is also true of NaN, with which a queue would never have room.
  if (!(edge.maxItems >= 1) || !(edge.maxBytes >= 1)) problems.push(`${name}: its bounds must be at least 1`)
  return problems
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}

/** Nodes that can be taken away from neither end: those of cycles, and those between two cycles. */
function nodesInCycles(spec: GraphSpec): string[] {
  let edges = spec.edges.map(({ from, to }) => ({ from: parseEndpoint(from)?.node, to: parseEndpoint(to)?.node }))
  for (;;) {
    const sources = new Set(edges.map(edge => edge.from))
    const targets = new Set(edges.map(edge => edge.to))
    const rest = edges.filter(edge => targets.has(edge.from) && sources.has(edge.to))
    if (rest.length === edges.length) return spec.nodes.map(node => node.id).filter(id => sources.has(id))
    edges = rest
  }
}
