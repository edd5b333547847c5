// Builds and packs what is published: out/headend-<version>.tgz and out/headend-vmaf-<version>.tgz. Run: npm run pack [-- <folder>]
import { join } from 'node:path'
import { buildPackage, packPackage, packVmaf, root } from './package-steps.ts'

const destination = process.argv[2] ?? join(root, 'out')
await buildPackage()
console.log(await packVmaf(destination))
console.log(await packPackage(destination))
