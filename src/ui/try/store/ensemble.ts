import { listOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { answersApart, type Estimate } from '../../../numbers/pairs';
import { ensembleOf } from '../../../train/probable.meta';
import type { Prediction, TryImages } from '../../../train/protocol';
import { betweenWords } from '../words/between';
import { lineOf, type Candidate } from './tryout';

/** Classes that are listed of each picture. */
const SHOWN = 5;

/** Adapters that answer together, and what they say. */
export interface Ensemble {
  members: Candidate[];
  /** As a column beside theirs. */
  column: Candidate;
  rows: Prediction[];
}

/** The most adapters among these that know the same classes, two or more: not the model itself, nor places between the two, which lean on the same training. Null where there are none. */
export function membersOf(shown: readonly Candidate[], labels: Readonly<Record<string, readonly string[]>>): Candidate[] | null {
  const groups = new Map<string, Candidate[]>();
  for (const one of shown) {
    const own = labels[one.key];
    if (one.base || one.at !== undefined || !own) continue;
    const key = JSON.stringify([...own].sort());
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const [most] = [...groups.values()].sort((a, b) => b.length - a.length);
  return most && most.length > 1 ? most : null;
}

/** What adapters of the same classes say together: the mean of their probabilities. */
export function ensembleAmong(members: Candidate[], results: Readonly<Record<string, Prediction[]>>, labels: Readonly<Record<string, readonly string[]>>): Ensemble {
  const rows = ensembleOf(members.map(({ key }) => ({ rows: defined(results[key]), labels: defined(labels[key]) })), SHOWN);
  const column: Candidate = { key: 'ensemble', name: betweenWords.meanOf(listOf(members.map((one) => lineOf(one, members)))), method: 'ink', setting: '', parameters: 0, head: 0, run: null, imported: null, base: false, title: betweenWords.ensemble };
  return { members, column, rows };
}

/** Share of right answers of the ensemble less that of its best member, by the same pictures; null where their classes are not known. */
export function besideBest({ members, rows }: Ensemble, results: Readonly<Record<string, Prediction[]>>, { truths }: TryImages): { best: Candidate; right: number; apart: Estimate } | null {
  if (!truths) return null;
  const places = rows.flatMap((row, i) => (row.error === '' ? [i] : []));
  if (places.length < 2) return null;
  const rightOf = (of: readonly Prediction[]) => places.map((i) => Number(defined(of[i]).top[0]?.label === truths[i]));
  const sum = (right: readonly number[]) => right.reduce((all, one) => all + one, 0);
  const each = members.map((one) => ({ one, right: rightOf(defined(results[one.key])) }));
  const best = each.reduce((a, b) => (sum(b.right) > sum(a.right) ? b : a));
  const together = rightOf(rows);
  return { best: best.one, right: sum(together) / places.length, apart: answersApart(together, best.right) };
}
