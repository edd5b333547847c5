// What the ladder's page adds to the kit's style sheet: drawings that need no script.

/** Two drawings of each plot: wide, and for a narrow screen. One is shown. */
export const ladderStyle = `
.drawing svg { display: block; width: 100%; height: auto; overflow: visible; font: 12px var(--sans); }
.drawing.narrow { display: none; }
.drawing text { fill: var(--muted); font-variant-numeric: tabular-nums; }
.drawing .grid { stroke: var(--grid); stroke-width: 1; }
.drawing .axis { stroke: var(--faint); stroke-width: 1; }
:is(.drawing, .key) .hull { fill: none; stroke: var(--ink); stroke-width: 1.75; stroke-linejoin: round; }
:is(.drawing, .key) .other { fill: none; stroke: var(--faint); stroke-width: 1.25; }
:is(.drawing, .key) .probe { fill: var(--c); stroke: var(--card); stroke-width: 1; }
:is(.drawing, .key) .probe.halved { fill: var(--card); stroke: var(--c); stroke-width: 1.75; }
:is(.drawing, .key) .table { fill: none; stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 5 4; }
:is(.drawing, .key) .cross { stroke: var(--fail); stroke-width: 2; }
.drawing .wish { stroke: var(--pass); stroke-width: 1.25; stroke-dasharray: 2 3; }
.drawing text.wish-label { fill: var(--pass); stroke: var(--card); stroke-width: 3px; paint-order: stroke; }
.drawing .error { stroke: var(--ink); stroke-width: 1; }
:is(.drawing, .key) .rung { fill: var(--c); stroke: var(--ink); stroke-width: 2; }
.drawing .leader { stroke: var(--faint); stroke-width: 1; }
.drawing text.rung-label { fill: var(--ink); stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.drawing .rung-label .id { font-weight: 650; }
.drawing .shot { fill: var(--accent); stroke: var(--card); stroke-width: .75; }
:is(.drawing, .key) .joint { fill: var(--warn); }
.drawing .piece { fill: var(--pass); }
.drawing .track { fill: var(--soft); }
.drawing .curve { fill: none; stroke: var(--c); stroke-width: 1.5; stroke-linejoin: round; }
.drawing .area { fill: var(--c); opacity: .16; }
.key { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 3px 18px; margin: 8px 0 8px; font-size: 13px; color: var(--muted); }
.key li { display: inline-flex; align-items: center; gap: 7px; }
.key svg { width: 18px; height: 12px; flex: none; overflow: visible; }
main .verdict .summary { max-width: none; }
.verdict .tier { color: var(--warn); margin-top: 6px; }
.plain-list { margin: 0; padding-left: 1.2em; color: var(--muted); font-size: 14px; max-width: 104ch; }
.plain-list li { margin: 3px 0; }
.bill tr.total th, .bill tr.total td { font-weight: 600; }
.because { min-width: 17em; color: var(--muted); font-size: 13.5px; }
@media (max-width: 820px) {
  .drawing.wide { display: none; }
  .drawing.narrow { display: block; max-width: 560px; }
}
@media print {
  .drawing.wide { display: block; }
  .drawing.narrow { display: none; }
  .because { min-width: 0; }
}
`
