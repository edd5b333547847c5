export { ClockWatch } from './clock.ts'
export { SoundInspector, type SoundInspectorOptions } from './inspector.ts'
