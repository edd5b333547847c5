// Is it fit to deliver, and if not, why? Run: node examples/qc.ts <file>
import { qc } from 'headend'

const { verdict, findings } = await qc(process.argv[2] ?? '', { profile: 'broadcast' })
console.log(verdict)
for (const { severity, check, startS, measured, limit } of findings)
  console.log(`${severity} ${check} at ${startS ?? 'no one moment'}: ${measured}, allowed: ${limit}`)
