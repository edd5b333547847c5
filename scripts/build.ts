// src → dist: JavaScript and declarations for the published package. Run: npm run build
import { buildPackage } from './package-steps.ts'

await buildPackage()
console.log('built dist/')
