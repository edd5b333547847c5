// The report's style sheet. Light by default, dark where the reader's system is, always light on paper.

/** Neighbouring series colours differ in lightness and hue; the legend isolates a line for whoever cannot tell two apart. */
export const styleSheet = `
:root {
  color-scheme: light;
  --bg: #f5f6f8; --card: #ffffff; --ink: #171b22; --muted: #566072; --faint: #7a8495; --line: #dde1e8; --grid: #e6e9ee;
  --soft: #eef1f5; --accent: #1d4f91; --focus: #1d6fd8;
  --pass: #17693f; --pass-bg: #e8f4ed; --warn: #8a5a00; --warn-bg: #fcf3dc; --fail: #a8201a; --fail-bg: #fcebea;
  --skipped: #5b6576; --skipped-bg: #eef1f5;
  --s1: #1f5fbf; --s2: #c2410c; --s3: #0f766e; --s4: #8b2fc9; --s5: #946200; --s6: #be185d; --s7: #475569; --s8: #3f7d20;
  --band: rgba(23, 105, 63, .12); --event: rgba(86, 96, 114, .16);
  --sans: -apple-system, BlinkMacSystemFont, Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, "DejaVu Sans Condensed", sans-serif;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, "Cascadia Mono", "Roboto Mono", "Noto Sans Mono", "Liberation Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root:not(.paper) {
    color-scheme: dark;
    --bg: #0f1216; --card: #171b21; --ink: #e7eaef; --muted: #a4adbb; --faint: #838d9d; --line: #2b323c; --grid: #262c35;
    --soft: #1f252d; --accent: #8ab8f5; --focus: #6aa9ff;
    --pass: #6fcf97; --pass-bg: #15291f; --warn: #e5b454; --warn-bg: #2c2412; --fail: #ff8a80; --fail-bg: #331918;
    --skipped: #a4adbb; --skipped-bg: #232932;
    --s1: #6ea8fe; --s2: #f59e63; --s3: #4fd1c0; --s4: #c9a0f7; --s5: #e2bd55; --s6: #f58fbc; --s7: #a9b6c9; --s8: #8fd06f;
    --band: rgba(111, 207, 151, .14); --event: rgba(164, 173, 187, .18);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 var(--sans); }
main, footer, .contents ul { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
code { font: .9em var(--mono); overflow-wrap: break-word; }
small { display: block; font-weight: 400; color: var(--muted); font-size: 12.5px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; top: 8px; background: var(--card); padding: 8px 12px; z-index: 3; }
.skip:focus { left: 8px; }

.contents { position: sticky; top: 0; z-index: 2; background: var(--bg); border-bottom: 1px solid var(--line); }
.contents ul { display: flex; gap: 4px 20px; list-style: none; overflow-x: auto; scrollbar-width: none; }
.contents a { display: block; padding: 11px 0 9px; border-bottom: 2px solid transparent; color: var(--muted); text-decoration: none; font-size: 13.5px; white-space: nowrap; }
.contents a:hover, .contents a[aria-current] { color: var(--ink); border-color: var(--accent); }

.masthead { display: grid; grid-template-columns: 1fr auto; gap: 4px 24px; padding: 34px 0 20px; align-items: baseline; }
.masthead .brand, .masthead .when { color: var(--muted); font-size: 13.5px; }
.masthead .brand b { color: var(--ink); letter-spacing: .01em; }
.masthead h1 { grid-column: 1 / -1; font-size: 28px; line-height: 1.2; font-weight: 650; letter-spacing: -.012em; overflow-wrap: anywhere; }

section { margin-top: 44px; }
h2 { font-size: 20px; line-height: 1.3; font-weight: 650; letter-spacing: -.006em; }
h3 { font-size: 15px; font-weight: 650; margin: 22px 0 8px; }
.intro { color: var(--muted); max-width: 96ch; margin: 3px 0 14px; }
.note { color: var(--muted); font-size: 13.5px; }
.none { color: var(--faint); }

.verdict { margin-top: 0; background: var(--card); border: 1px solid var(--line); border-left: 6px solid var(--state); border-radius: 6px; padding: 20px 24px 22px; }
.verdict.pass { --state: var(--pass); } .verdict.warn { --state: var(--warn); } .verdict.fail { --state: var(--fail); }
.verdict h2 { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
.verdict .word { color: var(--state); font-size: 24px; }
.verdict .sentence { font-size: 18px; font-weight: 500; }
.verdict .summary { margin-top: 6px; color: var(--muted); max-width: 104ch; }
.problems { list-style: none; padding: 0; margin-top: 18px; display: grid; gap: 10px; }
.problem { border-radius: 5px; padding: 12px 16px 13px; background: var(--warn-bg); }
.problem.fail { background: var(--fail-bg); }
.problem .message { font-weight: 600; margin: 3px 0 6px; }
.problem .subject { color: var(--muted); }
.problem .status { margin-right: 6px; }
.problem dl { display: flex; flex-wrap: wrap; gap: 2px 32px; }
.problem dl div { display: flex; gap: 8px; }
.problem dt { color: var(--muted); }
.problem dd { font-variant-numeric: tabular-nums; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(158px, 1fr)); margin-top: 14px; background: var(--card); gap: 1px; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.figures div { box-shadow: 0 0 0 1px var(--line); padding: 13px 16px 14px; }
.figures dt { color: var(--muted); font-size: 12.5px; }
.figures dd { font-size: 19px; font-weight: 600; letter-spacing: -.01em; line-height: 1.35; font-variant-numeric: tabular-nums; }
.figures .off dd { color: var(--fail); }
.figures dd.note { font-size: 12.5px; font-weight: 400; letter-spacing: 0; }

.status { display: inline-flex; align-items: center; gap: 6px; font-size: 13px; font-weight: 600; white-space: nowrap; color: var(--state); }
.status::before { content: ""; width: 9px; height: 9px; background: var(--state); flex: none; }
.status.pass { --state: var(--pass); } .status.pass::before { border-radius: 50%; }
.status.warn { --state: var(--warn); } .status.warn::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); width: 11px; height: 10px; }
.status.fail { --state: var(--fail); }
.status.skipped { --state: var(--skipped); font-weight: 400; } .status.skipped::before { height: 2px; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 14px; align-items: start; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-weight: 650; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 7px 14px 7px 0; border-top: 1px solid var(--line); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th, thead td { border-top: 0; color: var(--muted); font-size: 12.5px; vertical-align: bottom; white-space: nowrap; }
thead small { display: inline; margin-left: .35em; font-size: inherit; color: var(--faint); }
tbody th { font-weight: 600; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.off { color: var(--fail); font-weight: 600; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 10px 16px 6px; }
.facts { background: var(--card); border: 1px solid var(--line); border-radius: 6px; border-collapse: separate; border-spacing: 0; padding: 0 16px 6px; }
.facts caption { padding: 0 2px 7px; }
.facts th { color: var(--muted); font-weight: 400; width: 7.4em; padding-right: 10px; }
.facts td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts tr:first-child > * { border-top: 0; }
.path { font-size: 12.5px; overflow-wrap: anywhere; }
.decisions td:nth-child(2) code { overflow-wrap: anywhere; }
th:has(> .swatch) { white-space: nowrap; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; background: var(--c); margin-right: 8px; }
.checks th, .decisions th { font-weight: 400; }
.checks tr.fail { background: linear-gradient(var(--fail-bg), var(--fail-bg)); }
.checks tr.warn { background: linear-gradient(var(--warn-bg), var(--warn-bg)); }
.checks td:first-child { padding-left: 10px; width: 7em; }
.checks th, .checks td { padding-top: 5px; padding-bottom: 5px; }
.checks td:last-child { color: var(--muted); font-size: 13.5px; }
.checks thead th:first-child { padding-left: 10px; }
.decisions tr > :nth-child(1), .decisions tr > :nth-child(2) { width: 22%; }
.timings td.bar { width: 45%; } .timings .bar i { display: block; height: 10px; margin-top: 6px; background: var(--accent); border-radius: 2px; min-width: 1px; }
.chart + details, details + .chart { margin-bottom: 14px; }
.plain { padding-left: 0; list-style: none; }
.warnings { list-style: none; padding: 0; display: grid; gap: 10px; margin-top: 12px; }
.warnings li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 5px; padding: 10px 16px; }

details { margin-top: 12px; }
summary { cursor: pointer; padding: 7px 0; font-weight: 600; }
summary::marker { color: var(--muted); }
summary .count { color: var(--muted); font-weight: 400; margin-left: 6px; font-variant-numeric: tabular-nums; }
.group { margin-top: 2px; }
.group > .scroll, details > .scroll { margin: 2px 0 10px; }

.tools { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin-bottom: 10px; }
.search { display: inline-flex; align-items: center; gap: 8px; color: var(--muted); font-size: 13.5px; }
input[type="search"] { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--faint); border-radius: 5px; padding: 5px 9px; width: 17em; max-width: 58vw; }
button { font: inherit; font-size: 13.5px; color: var(--ink); background: var(--card); border: 1px solid var(--faint); border-radius: 5px; padding: 5px 11px; cursor: pointer; }
button:hover { background: var(--soft); }
output { color: var(--muted); font-size: 13.5px; }

.chart { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px 12px; margin-bottom: 14px; }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 6px 20px; justify-content: space-between; align-items: center; }
.chart h3 { margin: 0; }
.chart .plot { min-height: 60px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 6px; margin: 8px 0 6px -7px; }
.legend button { border-color: transparent; background: none; padding: 2px 7px; font-size: 13px; display: inline-flex; align-items: center; gap: 7px; font-variant-numeric: tabular-nums; }
.legend button:hover { background: var(--soft); }
.legend .line { width: 16px; height: 0; border-top: 3px solid var(--c); }
.legend .line.dashed { border-top-style: dashed; }
.legend .value { color: var(--muted); }
.legend [aria-pressed="false"] { color: var(--faint); text-decoration: line-through; }
.legend [aria-pressed="false"] .line { border-color: var(--faint); }
.legend .fixed { padding: 3px 7px; font-size: 13px; color: var(--muted); display: inline-flex; align-items: center; gap: 7px; }
.switch { border: 1px solid var(--faint); border-radius: 5px; padding: 0; margin: 0; display: inline-flex; overflow: hidden; }
.switch:focus-within { outline: 2px solid var(--focus); outline-offset: 2px; }
.switch legend { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.switch input { position: absolute; opacity: 0; pointer-events: none; }
.switch span { display: block; padding: 3px 12px; font-size: 13px; cursor: pointer; color: var(--muted); }
.switch label + label { border-left: 1px solid var(--line); }
.switch :checked + span { background: var(--soft); color: var(--ink); font-weight: 600; }
/* Two pictures of one moment, the upper one cut at a line that is dragged. */
.both { position: relative; margin-top: 10px; overflow: hidden; background: #000; }
.both img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.both .over { clip-path: inset(0 calc(100% - var(--cut, 50%)) 0 0); }
.both::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--cut, 50%); border-left: 2px solid #fff; mix-blend-mode: difference; pointer-events: none; }
.both input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.both:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px; }
.uplot { font-family: var(--sans); }
.u-select { background: var(--event); }
.u-hz .u-cursor-x, .u-vt .u-cursor-y, .u-hz .u-cursor-y, .u-vt .u-cursor-x { border-color: var(--faint); }

footer { margin-top: 52px; padding-top: 18px; padding-bottom: 40px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13.5px; display: flex; flex-wrap: wrap; gap: 10px 24px; justify-content: space-between; align-items: center; }
[hidden] { display: none !important; }

@media (max-width: 640px) {
  main, footer, .contents ul { padding-left: 14px; padding-right: 14px; }
  .masthead { grid-template-columns: 1fr; padding-top: 22px; }
  .masthead h1 { font-size: 22px; }
  .verdict { padding: 16px 16px 18px; }
  .verdict .sentence { font-size: 16px; }
  .figures { grid-template-columns: 1fr 1fr; }
  .scroll, .chart { padding-left: 12px; padding-right: 12px; }
  .decisions th, .decisions td:nth-child(2) { min-width: 9em; }
  .decisions td:nth-child(3), .checks td:last-child { min-width: 15em; }
  .checks td { min-width: 6em; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { margin: 14mm 12mm; }
  body { background: #fff; font-size: 10.5pt; }
  .contents, .skip, .tools, .switch, footer button { display: none !important; }
  main, footer { max-width: none; padding: 0; }
  .masthead { padding-top: 0; }
  section { margin-top: 22px; }
  table { font-size: 8pt; } small, thead th, .path { font-size: 7pt; } td .status { font-size: 8pt; } th, td { padding-right: 8px; }
  .scroll { overflow: visible; padding: 6px 8px; }
  tr, .chart, .problem, .figures, .verdict, .facts { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
