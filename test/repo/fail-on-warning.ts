// Preloaded into every test process: a process warning (a leaked listener, a deprecated call) fails the file it comes from.
let warned = false

process.on('warning', warning => {
  // What Node itself still calls experimental is our choice, not a defect of the test.
  if (warning.name === 'ExperimentalWarning') return
  warned = true
  console.error(`process warning, which fails this test file: ${warning.stack ?? warning.message}`)
})
process.on('exit', code => {
  if (warned && code === 0) process.exitCode = 1
})
