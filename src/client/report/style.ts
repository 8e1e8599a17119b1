/** The report's style: no file of its own, no font from elsewhere. Colours are told apart in light and dark and by the colour-blind. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f6f8; --text: #1b1f24; --soft: #565e68; --line: #c3c9d1; --grid: #d9dde3;
  --good: #1a7f37; --bad: #b3261e; --open: #8a5a00; --link: #0b57c2;
  --canary: #0b57c2; --baseline: #7a4b9e; --limit: #b3261e; --band: #3f7f8f; --quiet: #e6e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --panel: #1d2229; --text: #e7eaee; --soft: #a9b2bd; --line: #4a535f; --grid: #333b46;
    --good: #57c274; --bad: #ff8078; --open: #e5b050; --link: #7db4ff;
    --canary: #6cb0ff; --baseline: #cfa3f2; --limit: #ff8078; --band: #5fb3c4; --quiet: #2a313a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.6rem 0 .2rem; }
p { margin: .4rem 0; }
a { color: var(--link); }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; }
.soft { color: var(--soft); }
.outcome { display: inline-block; padding: .1rem .6rem; border: 2px solid currentColor; border-radius: .4rem; font-weight: 700; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; padding: .8rem 1rem; background: var(--panel); border-radius: .4rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; }
figure { margin: .4rem 0 1rem; }
svg { display: block; max-width: 100%; height: auto; }
svg text { font-family: inherit; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; stroke-opacity: .7; }
.narrow { display: none; }
figcaption { color: var(--soft); font-size: .9rem; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0 0 .3rem; padding: 0; list-style: none; }
.key svg { display: inline-block; vertical-align: middle; margin-right: .4rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; margin: .6rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td.short, th { white-space: nowrap; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 46rem) {
  .wide { display: none; } .narrow { display: block; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  table, tbody, tr, td { display: block; width: 100%; }
  tr { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .7rem; margin-bottom: .5rem; }
  td { border: 0; padding: .1rem 0; }
  td:empty { display: none; }
  td::before { content: attr(data-label) ": "; color: var(--soft); }
  td.short { display: inline-block; width: auto; margin-inline-end: 1rem; white-space: normal; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --panel: #ffffff; --text: #000000; --soft: #444444; --line: #999999; --grid: #cccccc;
    --good: #1a7f37; --bad: #b3261e; --open: #8a5a00; --link: #000000;
    --canary: #0b57c2; --baseline: #7a4b9e; --limit: #b3261e; --band: #3f7f8f; --quiet: #e6e9ee;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  figure, tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
