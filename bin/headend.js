#!/usr/bin/env node
// The `headend` command. Runs the CLI in this process when Node is new enough, else under the Node 24 of the clone.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isNewEnough, runUnderNode24 } from './node24.js'

const args = process.argv.slice(2)
if (isNewEnough) {
  // A clone runs its sources as they are; the published package holds only dist/.
  const source = new URL('../src/cli/main.ts', import.meta.url)
  const entry = existsSync(source) ? source : new URL('../dist/cli/main.js', import.meta.url)
  const { main } = await import(entry.href)
  process.exitCode = await main(args)
} else process.exitCode = await runUnderNode24(fileURLToPath(import.meta.url), args)
