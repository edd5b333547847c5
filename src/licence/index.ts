export { clearKeyLicence, type KeyOf } from './clearkey.ts'
export { LicenceConfig } from './licence-config.ts'
export { type LicenceServer, type LicenceServerOptions, openLicenceServer } from './licence-server.ts'
