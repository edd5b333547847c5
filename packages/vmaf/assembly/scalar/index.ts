// The reference module: every kernel without SIMD, written to be read and compared with. The host imports its exports by name.
export { adm, admScratchBytes, admTablesBytes, initAdmTables } from './adm'
export { motionSad, motionScratchBytes } from './motion'
export { initVifTables, vif, vifScratchBytes, vifTablesBytes } from './vif'
