import { defined } from '../../../numbers/defined';
import { meanOf, ranksOf, type Mean } from '../../../numbers/stats';
import { factNamed } from './facts';
import { groupRuns, meanFact, settingKey, titleOf, type Group } from './runGroups';
import type { Run } from './runs';

/** A setting on each of several data sets: its accuracy there, its mean over them, and its rank. */
export interface AcrossRow {
  key: string;
  name: string;
  method: string;
  /** By the data sets of the table; null where it was not measured. */
  accuracy: (Mean | null)[];
  /** Rank on each data set, among the settings that were measured on all; 1 is best, equal means share the mean of their places. Null of those that were not. */
  ranks: number[] | null;
  /** Means over the data sets, each of which counts as much; null as above. */
  mean: number | null;
  rank: number | null;
}

export interface Across {
  data: { id: string; title: string }[];
  /** By mean rank; those that were not measured on all data sets last. */
  rows: AcrossRow[];
}

/** What a setting is on any data set: its rates are found for each, and belong to the data. */
function keyOf({ counted }: Group): string {
  const { edits: _, text: __, ...spec } = defined(counted[0]).spec;
  return settingKey({ spec: { ...spec, data: '', train: { ...spec.train, lr: 0, head_lr: 0 } } });
}

/** Settings on several data sets; null where fewer than two data sets have two settings in common. */
export function acrossData(runs: readonly Run[]): Across | null {
  const data = [...new Map(runs.map(({ spec, dataTitle }) => [spec.data, { id: spec.data, title: dataTitle || spec.data }])).values()];
  const rows = new Map<string, AcrossRow>();
  const models = new Set(runs.map(({ spec }) => spec.model)).size;
  data.forEach(({ id }, at) => {
    for (const group of groupRuns(runs.filter(({ spec }) => spec.data === id), 'seed')) {
      const accuracy = meanFact(group, factNamed('accuracy')!);
      if (!accuracy) continue;
      const key = keyOf(group);
      const name = models > 1 ? `${titleOf(group)}, ${defined(group.counted[0]).modelTitle}` : titleOf(group);
      const row = rows.get(key) ?? { key, name, method: group.method, accuracy: data.map(() => null), ranks: null, mean: null, rank: null };
      row.accuracy[at] = accuracy;
      rows.set(key, row);
    }
  });
  const all = [...rows.values()];
  const whole = all.filter(({ accuracy }) => accuracy.every(Boolean));
  if (data.length < 2 || whole.length < 2) return null;
  const columns = data.map((_, at) => ranksOf(whole.map(({ accuracy }) => accuracy[at]!.mean)));
  whole.forEach((row, i) => {
    row.ranks = columns.map((column) => defined(column[i]));
    row.rank = meanOf(row.ranks)!.mean;
    row.mean = meanOf(row.accuracy.map((one) => one!.mean))!.mean;
  });
  return { data, rows: all.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (b.mean ?? 0) - (a.mean ?? 0)) };
}
