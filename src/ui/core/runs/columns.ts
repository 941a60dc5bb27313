import { countEdits } from '../../../data/edits.meta';
import { learningRates } from '../../../train/config';
import { formatSetting } from '../../../language/format';
import { factNamed, showFact, type FactValue } from './facts';
import { defaultLr, methodFields, trainFields } from '../settings/fields';
import type { Run } from './runs';
import { looks, mainSetting, plainMethod } from './specs';
import { factWords } from '../words/table';

/** Settings that tell the runs of a table apart: those are its columns. */

export interface Differing {
  name: string;
  title: string;
  numeric: boolean;
  /** Value to sort by. */
  value: (run: Run) => FactValue;
  show: (run: Run) => string;
}

const varies = (runs: readonly Run[], value: (run: Run) => unknown): boolean => new Set(runs.map((run) => JSON.stringify(value(run)) ?? '')).size > 1;

/** Learning rates as far as a person chose them: as multiples of the method's own, and the head's where it has one of its own. */
function ratesApart({ spec }: Run): { lr: number; head_lr: number } {
  const { lr, headLr } = learningRates(spec.method, spec.train);
  return { lr: lr / defaultLr(spec.method.method), head_lr: headLr === lr ? 0 : headLr };
}

function ofFact(name: string): Differing {
  const fact = factNamed(name)!;
  const value = (run: Run) => fact.of(run, { stale: () => false, twin: () => '', hidden: () => false });
  return { name, title: fact.title, numeric: fact.kind === 'number', value, show: (run) => showFact(fact, value(run)) };
}

/** The columns, in the order of the field tables; the setting that a budget moves comes first. How a run is looked at and kept is none. */
export function differing(runs: readonly Run[]): Differing[] {
  const columns: Differing[] = [];
  if (varies(runs, (run) => mainSetting(run.spec.method) || run.spec.method.method)) columns.push({ name: 'setting', title: factWords.setting!, numeric: false, value: (run) => mainSetting(run.spec.method), show: (run) => mainSetting(run.spec.method) });
  // Filters go by ids, people by titles.
  if (varies(runs, ({ spec }) => spec.model)) columns.push({ ...ofFact('model'), show: (run) => run.modelTitle || run.spec.model });
  if (varies(runs, ({ spec }) => spec.data)) columns.push({ ...ofFact('data'), show: (run) => run.dataTitle || run.spec.data });
  for (const { name } of trainFields) {
    if (looks.includes(name)) continue;
    const key = name as keyof Run['spec']['train'];
    // A method's own learning rate is no difference of the run, nor is the head's where it is the same.
    const value = name === 'lr' || name === 'head_lr' ? (run: Run) => ratesApart(run)[name] : (run: Run) => run.spec.train[key];
    const column = ofFact(name);
    // A rate that somebody set to what another method has anyway tells nothing apart.
    if (varies(runs, value) && varies(runs, column.value)) columns.push(column);
  }
  const own = new Set(runs.flatMap((run) => Object.keys(plainMethod(run.spec))));
  for (const name of own) {
    if (name === 'method' || !factNamed(name)) continue;
    const byMethod = new Map<string, Run[]>();
    for (const run of runs) if (methodFields[run.spec.method.method]?.budget !== name) byMethod.set(run.spec.method.method, [...(byMethod.get(run.spec.method.method) ?? []), run]);
    if ([...byMethod.values()].some((some) => varies(some, (run) => plainMethod(run.spec)[name]))) columns.push({ ...ofFact(name), show: (run) => (plainMethod(run.spec)[name] === undefined ? '' : ofFact(name).show(run)) });
  }
  if (varies(runs, (run) => run.spec.edits ?? null)) columns.push({ name: 'edits', title: factWords.edits!, numeric: true, value: (run) => (run.spec.edits ? countEdits(run.spec.edits) : 0), show: (run) => formatSetting(run.spec.edits ? countEdits(run.spec.edits) : 0) });
  return columns;
}
