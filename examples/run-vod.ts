// A master goes in, verified HLS and DASH come out. Run: node examples/run-vod.ts <file> <directory>
import { HeadendError, runVod } from 'headend'

const [input = '', outDir = 'out/example'] = process.argv.slice(2)
try {
  const { report } = await runVod(input, outDir, {
    options: { preset: 'veryfast' },
    onProgress: ({ stage, done, total }) => process.stderr.write(`\r${stage} ${done}/${total ?? '?'}   `),
  })
  console.log(`\n${report.verdict.status}: ${report.verdict.checks.length} checks, ${outDir}/report.html`)
} catch (error) {
  if (!(error instanceof HeadendError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = error.exitCode
}
