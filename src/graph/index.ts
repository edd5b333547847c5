export { BoundedQueue, type QueueBounds } from './bounded-queue.ts'
export type {
  GraphEvent,
  GraphNode,
  GraphOptions,
  GraphRun,
  GraphStats,
  Input,
  Item,
  NodeFactory,
  NodeIo,
  NodeRegistry,
  NodeStats,
  Output,
} from './node.ts'
export { type RunGraphOptions, runGraph } from './run-graph.ts'
export { validateGraph } from './validate.ts'
