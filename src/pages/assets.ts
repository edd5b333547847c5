// uPlot, read from the installed package so that the page needs no network and the repository holds no copy of it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The chart library that is written into the page. */
export type ChartAssets = { readonly script: string; readonly style: string; readonly licence: string }

const read = (specifier: string): string => readFileSync(fileURLToPath(import.meta.resolve(specifier)), 'utf8')

/** Reads uPlot's files. Synchronous: 50 kB, once per report. */
export function readChartAssets(): ChartAssets {
  return {
    script: read('uplot/dist/uPlot.iife.min.js'),
    style: read('uplot/dist/uPlot.min.css'),
    licence: read('uplot/LICENSE'),
  }
}
