import { sha256 } from '@noble/hashes/sha2.js';
import { countEdits } from '../../data/edits.meta';
import { mainText } from '../../adapters/fields';
import { onceIfEqual, settingsOf } from '../fair.meta';
import type { MethodConfig } from '../../adapters/field';
import type { RunRecord } from '../../train/protocol';
import { imbalanceOf, measureOf, scoresOf } from '../../train/scores.meta';
import type { Mean } from '../../numbers/stats';
import { mostShared } from '../shared.meta';
import { rolesIn } from '../../figures/memory';
import { smooth } from '../../figures/lines';
import { linearScale, logScale, shareScale, wholeScale, type Scale } from '../../figures/scale';
import { formatCount, formatFixed, formatLoss, formatMiB, formatPercent, formatRate, formatSetting, formatShort } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { roleWords } from '../../figures/memoryWords';
import { intervalOf } from '../../figures/interval';
import { defined } from '../../numbers/defined';
import { bytesOf, evaluationsOf, runNames, stepsOf, testOf, typicalSeconds } from '../runs';
import { chart, classOf, mark, type Line } from './chart';
import { correctedFor, differenceCells, differenceHeads, differencesNote } from '../pairs.meta';
import { verdictSentences, verdictWords } from '../verdict.meta';
import { comparisons, standing, unequal, type Comparison, type Group, type Standing } from './groups';
import { html, type Html } from './html';
import { style } from './style';
import { words, wordsOn, type WordsOn } from './words';

/**
 * The report of a comparison as one page that stands alone: what is found and how sure it is, curves, tables, settings,
 * memory and device. It holds no script and loads nothing, which its own policy makes sure of; names from outside are text
 * and nothing else. `atMost` is the most parameters that these runs were chosen by, 0 where they were not.
 */
export function reportPage(runs: readonly RunRecord[], saved: number, atMost = 0): string {
  const names = new Map(runs.map((run, i) => [run, defined(runNames(runs)[i])]));
  const title = words.title(runs.length);
  const all = comparisons(runs);
  // The style is ours, holds nothing from outside, and is the only one that the policy lets in.
  const policy = `default-src 'none'; style-src 'sha256-${btoa(String.fromCharCode(...sha256(new TextEncoder().encode(style))))}'`;
  const head = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${style}</style></head>`;
  const people = peopleOf(runs);
  const body = html`<body><main><header class="text"><h1>${title}</h1>${people.length > 0 && html`<p>${words.by(people)}</p>`}<p>${words.made(new Date(saved).toISOString().slice(0, 10))}</p></header>${all.map((one) => section(one, names, atMost))}<section><h2>${words.how}</h2><div class="small">${how(all).map((text) => html`<p>${text}</p>`)}</div></section></main></body></html>`;
  return `${head}${body.text}\n`;
}

/** Explanation of the page's numbers, in the words of what was measured. */
function how(all: readonly Comparison[]): string[] {
  const items = [...new Set(all.map(({ about }) => wordsOn(about).items))].join(' or ');
  const numbers = all.filter(({ about }) => about === 'numbers').length;
  return words.howText(items, words.intervals[numbers === 0 ? 'shares' : numbers === all.length ? 'numbers' : 'both']);
}

type Names = ReadonlyMap<RunRecord, string>;
type Cell = string | number | Html;

const setting = (config: MethodConfig): string => mainText(config, formatSetting);

/** "LoRA r 8", and where several groups are called so, their place. */
function labelsOf(groups: readonly Group[]): Map<Group, string> {
  const plain = groups.map(({ method }) => [methodLook(method.method).title, setting(method)].filter(Boolean).join(' '));
  return new Map(groups.map((group, i) => [group, plain.filter((label) => label === plain[i]).length > 1 ? `${plain[i]} (${plain.slice(0, i + 1).filter((label) => label === plain[i]).length})` : defined(plain[i])]));
}

/** "± 2.3"; nothing where there is no interval. */
const plusMinus = (mean: Mean | null | undefined): string => (mean && mean.interval !== null ? `± ${formatPercent(mean.interval)}` : '');
const bracketed = (mean: Mean | null | undefined): string => plusMinus(mean) && ` (${plusMinus(mean)})`;

/** The words of the page's headline: what can be said of the best, then who is left out of that. */
function finding(stand: Standing | null, labels: Map<Group, string>, say: WordsOn, atMost: number): string {
  if (!stand) return say.noTest;
  const { ranked, off, fixed } = stand;
  const of = (groups: Group[]) => groups.map((group) => labels.get(group)!);
  const [best, ...others] = ranked;
  if (!best) return say.noTest;
  if (others.length === 0) return say.only(labels.get(best.group)!, formatPercent(best.mean.mean), bracketed(best.mean), best.mean.n);
  const [first, ...rest] = verdictSentences(ranked, (group) => labels.get(group)!, say.items);
  const lead = atMost > 0 ? verdictWords.atMost(formatCount(atMost), defined(first)) : first;
  return [lead, ...rest, off.length > 0 && words.off(of(off), onceIfEqual(off.map(({ adapter }) => formatCount(adapter)))), fixed.length > 0 && words.fixed(of(fixed))].filter(Boolean).join(' ');
}

const seconds = (value: number): string => (Number.isFinite(value) ? value.toFixed(0) : '–');

function section(comparison: Comparison, names: Names, atMost: number): Html {
  const { groups } = comparison;
  const [labels, say] = [labelsOf(groups), wordsOn(comparison.about)];
  const runs = groups.flatMap((group) => group.runs);
  const counts = groups.map(({ trainable }) => trainable).filter(Number.isFinite);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const differing = unequal(comparison);
  const stand = standing(comparison, atMost > 0);
  const shared = mostShared(runs);
  const edited = Math.max(0, ...runs.map(({ spec }) => (spec.edits ? countEdits(spec.edits) : 0)));
  return html`<section><h2>${words.on(comparison.model, comparison.data)}</h2>
<p class="finding">${finding(stand, labels, say, atMost)}</p>
<div class="text">${unbalanced(groups, labels, say)}${stopped(runs)}${shared && html`<p>${words.shared(shared.exact, shared.near, say.items)}</p>`}${counts.length > 1 && most > 1.1 * least && html`<p>${words.spread(formatCount(least), formatCount(most))}</p>`}${edited > 0 && html`<p>${words.edits(edited)}</p>`}${differing.length > 0 && html`<p>${words.unequal}</p><ul>${differing.map(([name, values]) => html`<li>${name}: ${values.map(text).join(', ')}</li>`)}</ul>`}</div>
${bought(groups, labels, say)}
${table(words.methods, say.methodHeads, groups.map((group) => [key(group.method.method, methodLook(group.method.method).title), setting(group.method) || '–', percent(group.test), plusMinus(group.test) || '–', group.test?.n ?? 0, percent(group.balanced), percent(group.f1), count(group.adapter), count(group.trainable), mib(group.bytes), seconds(group.seconds)]), 2)}
${stand && differences(stand, labels, say)}
<h3>${words.curves}</h3>
${losses(groups, labels)}
${accuracies(groups, labels, say)}
${runsTable(runs, names, say)}
<details><summary>${say.evaluations}</summary>${table(say.evaluations, say.evaluationHeads, runs.flatMap((run) => evaluationsOf(run).map((e) => [names.get(run)!, e.step, words.splits[e.split], formatLoss(e.loss), formatPercent(measureOf(e))])), 3)}</details>
${classes(groups, labels)}
${memory(groups, labels)}
${settings(runs, labels, groups)}
${about(runs, names)}
</section>`;
}

/** Differences from the best, paired as far as the runs allow, with what each covers. */
function differences({ ranked }: Standing, labels: Map<Group, string>, say: WordsOn): Html | false {
  const [best] = ranked;
  const all = ranked.flatMap(({ group, difference }) => (difference ? [{ group, difference }] : []));
  const rows = all.map(({ group, difference }) => [labels.get(group)!, ...Object.values(differenceCells(difference, say.items))]);
  return rows.length > 0 && html`${table(words.differences(labels.get(defined(best).group)!), [words.method, ...Object.values(differenceHeads)], rows, 1)}<p class="small">${correctedFor(all.map(({ difference }) => difference), ranked.length)} ${differencesNote}</p>`;
}

const key = (method: string, text: string): Html => html`<span class="key ${classOf(method)}"><svg viewBox="-7 -7 14 14" aria-hidden="true">${mark(method, 0, 0)}</svg>${text}</span>`;
const count = (n: number): string => (Number.isFinite(n) ? formatCount(n) : '–');
const mib = (bytes: number): string => (Number.isFinite(bytes) ? formatMiB(bytes) : '–');

const percent = (mean: Mean | null): string => (mean ? formatPercent(mean.mean) : '–');

/** Note on what accuracy hides, if classes of the test images are not of one size. */
function unbalanced(groups: readonly Group[], labels: Map<Group, string>, say: WordsOn): Html | false {
  const ratio = Math.max(1, ...groups.flatMap(({ runs }) => runs.flatMap((run) => testOf(run) ?? [])).map(imbalanceOf));
  const rows = groups.flatMap((group) => (group.balanced ? [`${labels.get(group)!} ${percent(group.balanced)} %${bracketed(group.balanced)}`] : []));
  return ratio > 1 && rows.length > 0 && html`<p>${say.balanced(formatFixed(ratio, 1), rows)}</p>`;
}

/** Runs that did not take all their steps. */
function stopped(runs: readonly RunRecord[]): Html | false {
  const early = runs.flatMap(({ summary }) => (summary?.early_stopping?.stopped ? [summary] : []));
  const [least, most] = [Math.min(...early.map(({ steps }) => steps)), Math.max(...early.map(({ steps }) => steps))];
  return early.length > 0 && html`<p>${words.stopped(early.length, runs.length, least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`, formatCount(Math.max(...early.map(({ plan }) => plan.steps))))}</p>`;
}

/** A table that scrolls by itself where it is wide; columns from `numbers` on are numbers. */
function table(title: string, heads: readonly string[], rows: readonly (readonly Cell[])[], numbers: number): Html {
  const cls = (i: number) => (i >= numbers ? 'n' : '');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table><caption>${title}</caption><thead><tr>${heads.map((head, i) => html`<th scope="col" class="${cls(i)}">${head}</th>`)}</tr></thead><tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell, i) => html`<td class="${cls(i + 1)}">${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Those whose runs they are, each once. */
const peopleOf = (runs: readonly RunRecord[]): string[] => [...new Set(runs.flatMap(({ by }) => by || []))];

/** The runs, and where they are of several people whose each is. */
function runsTable(runs: readonly RunRecord[], names: Names, say: WordsOn): Html {
  const several = new Set(runs.map(({ by }) => by ?? '')).size > 1;
  const rows = runs.map((run) => {
    const [name, ...rest] = runRow(run, names.get(run)!);
    return [defined(name), ...(several ? [run.by ?? ''] : []), ...rest];
  });
  const [first, ...heads] = say.runHeads;
  return table(words.runs, [defined(first), ...(several ? [words.byHead] : []), ...heads], rows, several ? 4 : 3);
}

function runRow(run: RunRecord, name: string): Cell[] {
  const test = testOf(run);
  const right = test ? measureOf(test) : NaN;
  const [low, high] = test ? intervalOf(test) : [NaN, NaN];
  const { method } = run.spec.method;
  const state = words.states[run.state ?? (run.summary ? 'done' : 'interrupted')];
  const scores = test && scoresOf(test);
  const share = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value));
  const loss = run.curve.at(-1)?.loss ?? NaN;
  return [name, key(method, methodLook(method).title), run.summary?.early_stopping?.stopped ? words.stoppedAt(state, run.summary.steps) : state, formatPercent(right), Number.isFinite(right) ? `${formatPercent(low)} to ${formatPercent(high)}` : '–', test ? formatCount(test.count) : '–', share(scores?.balanced_accuracy), share(scores?.macro_f1), run.spec.train.seed, stepsOf(run) ?? '–', formatLoss(loss), seconds(typicalSeconds(run)), formatRate(run.summary?.images_per_second ?? NaN)];
}

/** The first line of each group carries its name. */
const lines = (groups: readonly Group[], labels: Map<Group, string>, of: (run: RunRecord) => Pick<Line, 'x' | 'y'>, marks: boolean): Line[] =>
  groups.flatMap((group) => group.runs.map((run, i) => ({ method: group.method.method, label: labels.get(group)!, ...of(run), marks, named: i === 0 })));

function extent(all: readonly Line[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { y } of all) for (let i = 0; i < y.length; i++) if (Number.isFinite(defined(y[i]))) [low, high] = [Math.min(low, defined(y[i])), Math.max(high, defined(y[i]))];
  return [low, high];
}

const lastX = (all: readonly Line[]): number => Math.max(1, ...all.map(({ x }) => x[x.length - 1] ?? 0));

/** Ticks of shares in percent, with a decimal where they lie closer than one. */
const percentTick = ({ ticks: [first = 0, second = 1] }: Scale) => (share: number): string => (100 * share).toFixed(second - first < 0.0099 ? 1 : 0);

function losses(groups: readonly Group[], labels: Map<Group, string>): Html | false {
  // Smoothed as in the page: a centred mean of nine, of runs long enough.
  const all = lines(groups, labels, ({ curve }) => ({ x: curve.map(({ step }) => step), y: curve.length >= 100 ? smooth(curve.map(({ loss }) => loss), 9) : curve.map(({ loss }) => loss) }), false);
  const [, high] = extent(all);
  return Number.isFinite(high) && chart({ title: words.loss, summary: words.lossSummary([...labels.values()]), xLabel: words.step, yLabel: words.lossAxis, sx: wholeScale(lastX(all)), sy: linearScale(0, high), tickX: formatShort, tickY: String, lines: all });
}

function accuracies(groups: readonly Group[], labels: Map<Group, string>, say: WordsOn): Html | false {
  const splits = (['val', 'test'] as const).filter((split) => groups.some(({ runs }) => runs.some((run) => evaluationsOf(run).filter((e) => e.split === split).length > 1)));
  const [split] = splits;
  if (!split) return false;
  const all = lines(groups, labels, (run) => {
    const some = evaluationsOf(run).filter((e) => e.split === split);
    return { x: some.map(({ step }) => step), y: some.map(measureOf) };
  }, true);
  const [low, high] = extent(all);
  const sy = linearScale(Math.max(Math.min(0, low), low - 0.02), Math.min(1, high + 0.02));
  return Number.isFinite(high) && chart({ title: say.followed(words.splits[split]), summary: words.accuracySummary([...labels.values()]), xLabel: words.step, yLabel: say.axis, sx: wholeScale(lastX(all)), sy, tickX: formatShort, tickY: percentTick(sy), lines: all });
}

function bought(groups: readonly Group[], labels: Map<Group, string>, say: WordsOn): Html | false {
  const some = groups.filter(({ test, trainable }) => test && trainable > 0);
  if (some.length < 2) return false;
  const points = some.map((group): Line => ({ method: group.method.method, label: labels.get(group)!, x: [group.trainable], y: [group.test!.mean], interval: group.test!.interval, marks: true, named: true }));
  const edges = some.flatMap(({ test }) => [test!.mean - (test!.interval ?? 0), test!.mean + (test!.interval ?? 0)]);
  const sx = logScale(Math.min(...some.map(({ trainable }) => trainable)) / 1.2, Math.max(...some.map(({ trainable }) => trainable)) * 1.2);
  const [low, high] = [Math.min(...edges), Math.max(...edges)];
  // A correlation may lie below zero.
  const sy = some.some(({ test }) => test!.mean < 0) ? linearScale(Math.max(-1, low - 0.02), Math.min(1, high + 0.02)) : shareScale(low, high);
  return chart({ title: say.buys(some.some(({ test }) => test!.interval !== null)), summary: words.buysSummary([...labels.values()]), xLabel: words.trainable, yLabel: say.axis, sx, sy, tickX: formatShort, tickY: percentTick(sy), lines: points });
}

/** Above so many classes the table of them is left out; the file of runs has them. */
const maxClasses = 60;
const maxColumns = 8;

function classes(groups: readonly Group[], labels: Map<Group, string>): Html | false {
  const some = groups.filter(({ runs }) => runs.some((run) => testOf(run)));
  const own = some[0]?.runs[0]?.classes;
  if (!own || own.length > maxClasses) return false;
  const mean = (group: Group, c: number): string => {
    const values = group.runs.flatMap((run) => testOf(run)?.per_class[c] ?? []).filter(Number.isFinite);
    return values.length ? formatPercent(values.reduce((a, b) => a + b, 0) / values.length) : '–';
  };
  // So many columns a page holds.
  const parts = Array.from({ length: Math.ceil(some.length / maxColumns) }, (_, i) => some.slice(maxColumns * i, maxColumns * (i + 1)));
  return html`${parts.map((part) => table(words.perClass, [words.className, ...part.map((group) => labels.get(group)!)], own.map((name, c) => [name, ...part.map((group) => mean(group, c))]), 1))}`;
}

function memory(groups: readonly Group[], labels: Map<Group, string>): Html | false {
  const bytes = groups.map(({ runs: [run] }) => run?.summary?.allocated ?? run?.allocated ?? run?.summary?.plan.bytes ?? {});
  const roles = rolesIn(...bytes);
  return roles.length > 0 && table(words.memory, [words.method, ...roles.map((role) => roleWords[role]), words.total], groups.map((group, i) => [labels.get(group)!, ...roles.map((role) => (defined(bytes[i])[role] ? formatMiB(defined(defined(bytes[i])[role])) : '–')), mib(bytesOf(defined(group.runs[0])))]), 1);
}

/** A setting's value as the page writes it. */
const text = (value: unknown): string => (value !== null && typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : formatSetting(value) || '–');

function settings(runs: readonly RunRecord[], labels: Map<Group, string>, groups: readonly Group[]): Html {
  const train = runs.map(({ spec }) => settingsOf(spec));
  const same = Object.keys(defined(train[0])).filter((name) => train.every((one) => JSON.stringify(one[name]) === JSON.stringify(defined(train[0])[name])));
  const lrOf = ({ runs: [run] }: Group) => ({ lr: settingsOf(defined(run).spec).lr });
  const methods = groups.map((group): [string, string] => [labels.get(group)!, Object.entries({ ...group.method, ...(same.includes('lr') ? {} : lrOf(group)) }).filter(([name, value]) => name !== 'method' && value !== null && value !== false).map(([name, value]) => `${name} ${text(value)}`).join(', ') || '–']);
  return html`<details><summary>${words.settings}</summary>${table(words.settings, words.settingHeads, methods, 2)}${table(words.same, words.settingHeads, same.map((name) => [name, text(defined(train[0])[name])]), 2)}</details>`;
}

function about(runs: readonly RunRecord[], names: Names): Html {
  const devices = [...new Set(runs.flatMap(({ summary }) => (summary ? [summary.device.description || [summary.device.vendor, summary.device.architecture].filter(Boolean).join(' ')] : [])))].filter(Boolean);
  const tests = runs.flatMap(({ self_test }) => self_test ?? []);
  const wrong = [...new Set(tests.flatMap(({ problems }) => problems))];
  const notes = runs.filter(({ notes }) => notes);
  return html`<div class="text">${devices.length > 0 && html`<p>${words.device}: ${words.devices(devices)}.</p>`}${tests.length > 0 && html`<p>${wrong.length > 0 ? words.testWrong(wrong) : words.testRight(defined(tests[0]).checks)}</p>`}</div>${notes.length > 0 && html`<h3>${words.notes}</h3><dl class="text">${notes.map((run) => html`<dt>${names.get(run)}</dt><dd>${run.notes}</dd>`)}</dl>`}`;
}

