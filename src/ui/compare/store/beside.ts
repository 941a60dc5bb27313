import { methodFields, trainsOf } from '../../../adapters/fields';
import type { Beside, Experiment } from '../../../records/paper.meta';
import type { RunSpec } from '../../../train/protocol';
import { meanOf } from '../../../numbers/stats';
import { formatSetting, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { factNamed } from '../../core/runs/facts';
import { groupRuns, meanFact, titleOf, type Group } from '../../core/runs/runGroups';
import type { Run } from '../../core/runs/runs';
import { unlikeTimed } from '../../core/runs/timing';
import { typicalSeconds } from '../../core/runs/typical';

/** Runs of an experiment of the paper, put beside the paper's own numbers. */

/** A number of the paper: whose, and what. */
export type Reported = [label: string, value: string];

export interface BesideRow {
  /** Runs of one setting over their seeds. */
  group: Group;
  /** Method, setting, and what tells it from others: of what the experiment goes over all that was given. */
  name: string;
  /** The paper's numbers beside them; of several rows that share them the first has all, and says how many rows it spans. */
  reported: Reported[];
  /** 0 where the row above has the numbers. */
  span: number;
}

/** Rows of one number of training pictures. */
export interface BesidePart {
  /** Pictures of each class; 0 is all. */
  shots: number;
  /** The most pictures in all; 0 is no limit. */
  limit: number;
  rows: BesideRow[];
}

export interface BesideTable {
  parts: BesidePart[];
  /** The paper's numbers beside which no run stands. */
  rest: Reported[];
}

/** True where a run had all of the data that a form of the experiment has. */
const hasAll = ({ small, full }: Experiment, { train }: RunSpec): boolean => train.shots === 0 && [small, full].some((grid) => (Number(grid.train.train_limit) || 0) === train.train_limit);

/** A setting of a run's method, its default where it was left out. */
const settingOf = ({ method }: RunSpec, name: string): unknown => method[name] ?? methodFields[method.method]?.fields.find((field) => field.name === name)?.default;

function standsBeside(experiment: Experiment, { method, shots, ...settings }: Beside, spec: RunSpec): boolean {
  if (spec.method.method !== method) return false;
  if (shots !== undefined && (shots === 0 ? !hasAll(experiment, spec) : spec.train.shots !== shots)) return false;
  return Object.entries(settings).every(([name, value]) => settingOf(spec, name) === value);
}

/** "RandLoRA r 8, ablation a", also where no other row is there to be told from; the setting is not parted from its letter. */
function rowName({ reported }: Experiment, group: Group): string {
  const over = new Set(reported.rows.flatMap(([, , { method: _, shots: __, ...settings } = { method: '' }]) => Object.keys(settings)));
  const { method } = defined(group.runs[0]).spec;
  const given = [...over].flatMap((name) => (method[name] === undefined ? [] : [`${name}\u00a0${formatSetting(method[name])}`]));
  const second = given.some((one) => one.replace('\u00a0', ' ') === group.second) ? '' : group.second;
  return partsOf([titleOf({ ...group, label: group.label.replaceAll(' ', '\u00a0') }), ...given, second]);
}

/** Few pictures before many, and all of them last. */
const byPictures = (a: number, b: number): number => (a || Infinity) === (b || Infinity) ? 0 : (a || Infinity) - (b || Infinity);

/** All runs of an experiment by their training pictures and settings, each with what the paper reports of its like. */
export function besideTable(experiment: Experiment, runs: readonly Run[]): BesideTable {
  const byData = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.spec.train.shots, run.spec.train.train_limit]);
    byData.set(key, [...(byData.get(key) ?? []), run]);
  }
  const used = new Set<Reported[0]>();
  const parts = [...byData.values()].map((some): BesidePart => {
    const rows = groupRuns(some, 'seed').map((group): BesideRow => {
      const reported = experiment.reported.rows.filter(([, , beside]) => beside && standsBeside(experiment, beside, defined(group.runs[0]).spec)).map(([label, value]): Reported => [label, value]);
      for (const [label] of reported) used.add(label);
      return { group, name: rowName(experiment, group), reported, span: 1 };
    });
    const { shots, train_limit } = defined(some[0]).spec.train;
    return { shots, limit: train_limit, rows: spanned(rows) };
  });
  parts.sort((a, b) => byPictures(a.shots, b.shots) || byPictures(a.limit, b.limit));
  return { parts, rest: experiment.reported.rows.filter(([label]) => !used.has(label)).map(([label, value]) => [label, value]) };
}

/** Rows after one another that share their numbers of the paper show them once. */
function spanned(rows: BesideRow[]): BesideRow[] {
  let first = defined(rows[0]);
  for (const row of rows.slice(1)) {
    if (row.reported.length > 0 && JSON.stringify(row.reported) === JSON.stringify(first.reported)) {
      first.span++;
      row.span = 0;
    } else first = row;
  }
  return rows;
}

/** Seconds of a step and bytes as shares of full fine-tuning's, beside which they were measured; null where either is not known, or times may not be compared. */
export function costBeside({ counted }: Group, among: readonly Group[]): { time: number | null; memory: number | null } {
  const whole = among.find((group) => group.counted.length > 0 && trainsOf(group.method) === 'weights');
  if (!whole) return { time: null, memory: null };
  const unlike = unlikeTimed([...counted, ...whole.counted]);
  const step = (runs: readonly Run[]) => meanOf(runs.flatMap((run) => (unlike.has(run.id) || run.lastStep === 0 ? [] : (typicalSeconds(run) ?? NaN) / run.lastStep)))?.mean ?? NaN;
  const bytes = (runs: Run[]) => meanFact({ counted: runs }, factNamed('memory')!)?.mean ?? NaN;
  const share = (of: number) => (Number.isFinite(of) ? of : null);
  return { time: share(step(counted) / step(whole.counted)), memory: share(bytes(counted) / bytes(whole.counted)) };
}
