export { packagerPath, packagerVersion } from './binary.ts'
export { type Inventory, type InventorySegment, type InventoryTrack, inventoryPackage } from './inventory.ts'
export { type PackageInput, type PackageRequest, packageStreams } from './package-streams.ts'
export { type DrmSystem, drmSystems, type PackageProtection, refuseProtection } from './protect-tracks.ts'
