export { isTestSource, openStation, parseAddress } from './open-station.ts'
export type { Station } from './station.ts'
export { readStationConfig, type StationConfig } from './station-config.ts'
