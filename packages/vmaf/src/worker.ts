// A worker thread: it gets tasks one at a time and answers each with its motion, when the sums lie at its desk.
import { parentPort, workerData } from 'node:worker_threads'
import { type Bench, openBench, type Task } from './task.ts'

const run = openBench(workerData as Bench)
parentPort!.on('message', (task: Task) => parentPort!.postMessage(run(task)))
