import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mainText, methodFields } from '../adapters/fields';
import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { meanOf, ranksOf } from '../numbers/stats';
import { readResult } from '../records/study';
import { rightOfEach } from '../train/answers.meta';
import type { MethodConfig, RunRecord } from '../train/protocol';
import { hasRate } from '../train/rates.meta';
import { UsageError } from './command';
import { bySetting, cells, percent, rowsOf } from './compare';
import { resultsIn } from './runFolders';
import type { FinishedRun } from './train';

/** Tables of a study of the vision benchmark, for its page in the documentation and for the README. */

/** Adapter parameters at which methods are compared: about a tenth of the model. */
const BUDGET = 590_000;
/** First steps, over which rounding has not grown yet. */
const EARLY = 5;

/** One setting over its seeds. */
interface Setting {
  config: MethodConfig;
  parameters: number;
  runs: FinishedRun[];
}

const accuracyOf = ({ summary }: RunRecord): number => summary!.final!.accuracy;
const seedOf = ({ spec }: RunRecord): number => spec.train.seed;
const meanAccuracy = ({ runs }: Setting): number => meanOf(runs.map(accuracyOf))!.mean;

/** Title of a method, and the setting that a budget moves. */
const titleOf = (config: MethodConfig): [title: string, setting: string] => [defined(methodFields[config.method]).title, mainText(config, String)];
const nameOf = ({ config }: Setting): string => titleOf(config).filter(Boolean).join(' ');
const cellsOf = (config: MethodConfig): string[] => titleOf(config).map((text) => text || '–');

/** Mean with its 95 % interval over seeds. */
function between(values: readonly number[]): string {
  const { mean, interval } = meanOf(values)!;
  return `${mean.toFixed(1)}${interval === null ? '' : ` ± ${interval.toFixed(1)}`}`;
}
const accuracyCell = ({ runs }: Setting): string => between(runs.map((run) => 100 * accuracyOf(run)));

const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [line(head), line(head.map(() => '---')), ...rows.map(line)];

const settingsOf = (runs: readonly RunRecord[]): Setting[] => bySetting(runs).map((same) => ({ config: defined(same[0]).spec.method, parameters: defined(same[0]).summary.plan.adapter_parameters, runs: same }));

/** Of each method the setting nearest to `BUDGET`, the most accurate first. */
function atBudget(settings: readonly Setting[]): Setting[] {
  const distance = ({ parameters }: Setting) => Math.abs(Math.log(Math.max(1, parameters) / BUDGET));
  return settings.filter((one) => settings.every((other) => other.config.method !== one.config.method || distance(other) >= distance(one))).sort((a, b) => meanAccuracy(b) - meanAccuracy(a));
}

/** Every setting: size, found rate, accuracy and memory. */
function accuracyTable(runs: readonly RunRecord[]): string[] {
  const rows = rowsOf(runs);
  const { train } = defined(runs[0]).spec;
  const rateOf = ({ method, lr }: (typeof rows)[number]) => (hasRate(method, train) ? String(Number(lr.toPrecision(3))) : '–');
  return tableOf(['method', 'setting', 'adapter parameters', 'learning rate', 'test accuracy, %', '95 % interval', 'MiB'], cells(rows).map((row, i) => {
    const text = row.map((cell) => (cell === '-' ? '–' : cell.toLocaleString('en')));
    return [...text.slice(0, 3), rateOf(defined(rows[i])), ...text.slice(3, 6)];
  }));
}

/** Mean of the ranks within each seed that all settings have. */
function rankTable(chosen: readonly Setting[]): string[] {
  const seeds = chosen.map(({ runs }) => runs.map(seedOf)).reduce((all, own) => all.filter((seed) => own.includes(seed)));
  const bySeed = seeds.map((seed) => ranksOf(chosen.map(({ runs }) => accuracyOf(runs.find((run) => seedOf(run) === seed)!))));
  const rows = chosen.map((one, i) => ({ one, ranks: bySeed.map((ranks) => defined(ranks[i])) })).sort((a, b) => meanOf(a.ranks)!.mean - meanOf(b.ranks)!.mean);
  return tableOf(['method', 'setting', 'mean rank', 'test accuracy, %'], rows.map(({ one, ranks }) => [...cellsOf(one.config), between(ranks), accuracyCell(one)]));
}

/** Share of the test pictures that the first gets right and the second does not, over pairs of one seed. */
const onlyFirst = (a: Setting, b: Setting): number => meanOf(a.runs.flatMap((one) => b.runs.filter((other) => seedOf(other) === seedOf(one)).map((other) => {
  const [right, also] = [rightOfEach(one.summary.final!)!, rightOfEach(other.summary.final!)!];
  return right.filter((is, i) => is && !also[i]).length / right.length;
})))!.mean;

/** Runs of the study's folder `pytorch`, which PyTorch repeated on the same pictures, in their order and from the same start. */
async function pytorchTable(folder: string, runs: ReadonlyMap<string, RunRecord>): Promise<string[]> {
  const root = join(folder, 'pytorch');
  const rows = await Promise.all((await readdir(root)).sort().map(async (file) => {
    const { name, run: theirs } = readResult(await readFile(join(root, file), 'utf8'), join(root, file));
    const ours = runs.get(name)!;
    const apart = ours.curve.map(({ loss }, i) => Math.abs(loss - defined(theirs.curve[i]).loss));
    return [...cellsOf(ours.spec.method), percent(accuracyOf(ours)), percent(accuracyOf(theirs)), Math.max(...apart.slice(0, EARLY)).toExponential(0), meanOf(apart)!.mean.toFixed(3)];
  }));
  return tableOf(['method', 'setting', 'test accuracy here, %', 'in PyTorch, %', `most that losses of steps 1 to ${EARLY} differ`, 'mean difference of all 100'], rows);
}

/** Markdown tables of a study, by their names; `readme` is the README's. Throws UsageError where there is no study. */
export async function visionTables(folder: string): Promise<Record<'accuracy' | 'ranks' | 'disagreement' | 'pytorch' | 'readme', string[]>> {
  if (!existsSync(join(folder, 'study.json'))) throw new UsageError(`--study: ${quote(folder)} holds no study.json`);
  const results = (await resultsIn(folder)).filter(({ success }) => success);
  const runs = results.map(({ run }) => run);
  const chosen = atBudget(settingsOf(runs));
  const seeds = Math.min(...chosen.map(({ runs }) => runs.length));
  return {
    accuracy: accuracyTable(runs),
    ranks: rankTable(chosen),
    disagreement: tableOf(['right, where the other is not', ...chosen.map(nameOf)], chosen.map((one) => [nameOf(one), ...chosen.map((other) => (one === other ? '' : percent(onlyFirst(one, other))))])),
    pytorch: await pytorchTable(folder, new Map(results.map(({ name, run }) => [name, run]))),
    readme: tableOf(['method', 'adapter parameters', `test accuracy %, mean of ${seeds} seeds ± 95 % interval`], chosen.toReversed().map((one) => [nameOf(one), one.parameters.toLocaleString('en'), accuracyCell(one)])),
  };
}

/** Entry of `npm run vision`. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { study: { type: 'string', default: 'benchmarks/vision/hand-signs-sizes' } } });
  for (const [name, lines] of Object.entries(await visionTables(values.study))) console.log(`<!-- ${name} -->\n\n${lines.join('\n')}\n`);
  return 0;
}
