// Builds and packs what is published: out/headend-<version>.tgz. Run: npm run pack [-- <folder>]
import { join } from 'node:path'
import { buildPackage, packPackage, root } from './package-steps.ts'

await buildPackage()
console.log(await packPackage(process.argv[2] ?? join(root, 'out')))
