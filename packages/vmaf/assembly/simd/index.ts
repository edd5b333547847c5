// The module that is used: every kernel with SIMD, with the same results as the reference, and VIF in a faster way beside it.
export { adm, admScratchBytes, admTablesBytes, initAdmTables } from './adm'
export { motionSad, motionScratchBytes } from './motion'
export { initVifTables, vif, vifFast, vifScratchBytes, vifTablesBytes } from './vif'
