// A graph as data: which nodes, which edges. The runtime in graph/ knows no codec; the media kinds live in engine/.
import { z } from 'zod'

export const StallPolicy = z.enum(['warn', 'drop', 'restart', 'fail'])
export type StallPolicy = z.infer<typeof StallPolicy>

export const NodeSpec = z.object({
  /** Unique in the graph; appears in errors, progress and statistics. */
  id: z.string().min(1),
  /** Which factory of the registry makes it. */
  kind: z.string().min(1),
  params: z.json(),
  /** When input waits and no output comes for `afterMs`, the node is stalled and `policy` applies. */
  stall: z.object({ afterMs: z.number().positive(), policy: StallPolicy }).optional(),
})
export type NodeSpec = z.infer<typeof NodeSpec>

/** `node.port` */
const Endpoint = z.string().regex(/^[^.]+\.[^.]+$/)

export const EdgeSpec = z.object({
  from: Endpoint,
  to: Endpoint,
  /** Bounds of the queue; an item larger than maxBytes passes when the queue is empty. */
  maxItems: z.int().positive(),
  maxBytes: z.int().positive(),
})
export type EdgeSpec = z.infer<typeof EdgeSpec>

export const GraphSpec = z.object({ nodes: z.array(NodeSpec), edges: z.array(EdgeSpec) })
export type GraphSpec = z.infer<typeof GraphSpec>
