// Rules of the QC page alone; colors and the rest come from the common style sheet.
import type { Storyboard } from './storyboard.ts'

export const pageStyle = `
.status.info { --state: var(--accent); } .status.info::before { border-radius: 2px; transform: rotate(45deg); width: 8px; height: 8px; }
.status.off { --state: var(--faint); font-weight: 400; } .status.off::before { height: 2px; }
.timeline { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 14px 20px 10px 16px; }
.lane { display: grid; grid-template-columns: 8.6em 1fr; gap: 12px; align-items: center; margin-bottom: 6px; }
.lane .label { color: var(--muted); font-size: 13px; }
.strip { display: flex; overflow: hidden; border-radius: 4px; background: #000; }
.strip i { flex: 1; aspect-ratio: var(--tile); background-repeat: no-repeat; }
.track { position: relative; min-height: 20px; background: var(--soft); border-radius: 4px; }
.mark { position: absolute; height: 11px; min-width: 5px; border-radius: 2px; background: var(--state); opacity: .88; }
.mark.fail { --state: var(--fail); } .mark.warn { --state: var(--warn); } .mark.info { --state: var(--accent); }
.mark:hover, .mark:focus-visible { opacity: 1; outline: 2px solid var(--focus); outline-offset: 1px; z-index: 1; }
.axis { position: relative; height: 20px; border-top: 1px solid var(--line); font-size: 12px; color: var(--muted); font-variant-numeric: tabular-nums; }
.axis span { position: absolute; top: 2px; padding-left: 4px; border-left: 1px solid var(--line); white-space: nowrap; }
.axis span:last-child { transform: translateX(-100%); border-left: 0; padding: 0 4px 0 0; }
.axis span:only-child { transform: none; }
.findings tbody th { font-weight: 600; min-width: 15em; }
.findings td:last-child { min-width: 13em; }
.findings .when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.findings .moment { width: 172px; } .findings .moment img { display: block; width: 160px; height: auto; border-radius: 3px; background: #000; }
.findings tr:target, .findings tr:focus { background: var(--soft); outline: 2px solid var(--focus); outline-offset: -2px; }
.tools button[aria-pressed="false"] { color: var(--faint); text-decoration: line-through; }
select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--faint); border-radius: 5px; padding: 4px 8px; max-width: 70vw; }
@media (max-width: 640px) {
  .findings .moment { width: 108px; }
  .lane { grid-template-columns: 1fr; gap: 2px; }
  .strip i:nth-child(even), .axis span:nth-child(even):not(:last-child) { display: none; }
  .axis span:nth-last-child(2) { display: none; }
  .findings .moment img { width: 96px; }
}
@media print { .findings .moment img { width: 110px; } .timeline { break-inside: avoid; } details > .scroll { break-inside: auto; } }
`

export const sheetStyle = ({ jpeg, columns, rows }: Storyboard): string =>
  `.strip i { background-image: url(data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}); background-size: ${columns * 100}% ${rows * 100}%; }\n`
