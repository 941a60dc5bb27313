import identity from '../../figures/identity.module.css?raw';
import tokens from '../../figures/tokens.css?raw';

/** The page's tokens and looks, and the few rules that a report adds. */
export const style = `${tokens}
${identity}
body { padding: var(--s-6) var(--gutter) var(--s-8); }
main { max-width: 72rem; margin: 0 auto; display: grid; gap: var(--s-6); }
main > section { display: grid; gap: var(--s-4); min-width: 0; border-top: 1px solid var(--rule); padding-top: var(--s-4); }
.text { max-width: 44rem; display: grid; gap: var(--s-2); color: var(--ink-2); }
.finding { font: var(--t-16); color: var(--ink); max-width: 44rem; overflow-wrap: anywhere; }
h1, h2, h3 { overflow-wrap: anywhere; }
figure { display: grid; gap: var(--s-2); min-width: 0; }
figcaption { font: var(--t-13); color: var(--ink-2); }
.plot, .scroll { overflow-x: auto; position: relative; }
.plot svg { display: block; width: 100%; min-width: 38rem; max-width: 60rem; height: auto; }
.axis { font: var(--t-12); fill: var(--ink-3); }
.label { font: 600 0.8125rem/1 var(--sans); fill: var(--ct); }
.grid { stroke: var(--grid); }
.rule { stroke: var(--rule); }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-dasharray: var(--d); stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.bar { fill: none; stroke: var(--c); stroke-width: 1.5; }
.mark { fill: var(--c); }
.leader { stroke: var(--c); stroke-width: 1; }
table { border-collapse: collapse; font: var(--t-13); }
caption { text-align: left; font: var(--t-h4); padding-bottom: var(--s-2); }
th, td { padding: var(--s-1) var(--s-2); border-bottom: 1px solid var(--hair); text-align: left; vertical-align: top; font-weight: 400; }
th:first-child, td:first-child { padding-left: 0; }
thead th { font: var(--t-12); color: var(--ink-3); border-bottom-color: var(--rule); vertical-align: bottom; }
/* Names from outside and values of settings may be of any length; other words stay whole. */
tbody th, td:last-child:not(.n) { overflow-wrap: anywhere; }
tbody th { min-width: 8rem; }
.n { text-align: right; }
td.n { white-space: nowrap; }
.key svg { width: 14px; height: 14px; overflow: visible; vertical-align: -2px; margin-right: var(--s-2); }
dd { white-space: pre-line; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font: var(--t-13); padding: var(--s-2) 0; }
.small { font: var(--t-12); color: var(--ink-3); max-width: 44rem; display: grid; gap: var(--s-2); }
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  body { padding: 0; }
  main { max-width: none; }
  details::details-content { content-visibility: visible; }
  /* Nothing scrolls on paper: all columns stand within its width. */
  .plot, .scroll { overflow: visible; }
  .plot svg { min-width: 0; }
  table { font-size: 7.5pt; line-height: 1.3; }
  thead th { font-size: 7pt; line-height: 1.25; }
  th, td { padding: 2px 3px; }
  tbody th { min-width: 4.5rem; }
  tr, figure { break-inside: avoid; }
}
`;
