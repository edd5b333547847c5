export { type ProbeOptions, probe } from './probe.ts'
