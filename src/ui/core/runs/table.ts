import { compareText } from '../../../language/format';
import { useMemo } from 'react';
import { defined } from '../../../numbers/defined';
import { curveOf, useMetricsVersion } from './metrics';
import { factNamed, filterFacts, type Around, type FactValue } from './facts';
import { useCatalog } from '../data/catalog';
import { differing, type Differing } from './columns';
import { useStale } from './dataStamp';
import { complete, parseFilter, passes, type FilterError } from './filter';
import { groupRuns, meanFact, type Group } from './runGroups';
import { inFolder } from './folders';
import { useRuns, type Run, useKeptRuns } from './runs';
import { useSettings } from '../settings/settings';
import { keyOf } from './specs';
import { timedAlike } from './timing';
import { within } from './atMost';

/** The table of runs: filtered, sorted, grouped. */

/** Earlier runs of the same settings, seed and data, by id. */
export function twins(runs: readonly Run[]): Map<string, string> {
  const first = new Map<string, string>();
  const found = new Map<string, string>();
  for (const run of [...runs].sort((a, b) => a.created - b.created)) {
    if (run.state === 'failed') continue;
    const key = keyOf(run.spec);
    const known = first.get(key);
    if (known === undefined) first.set(key, run.id);
    else found.set(run.id, known);
  }
  return found;
}

const known = new WeakMap<readonly Run[], Map<string, string>>();

/** The same of a list that was asked for before. */
function twinsOf(runs: readonly Run[]): Map<string, string> {
  const found = known.get(runs) ?? twins(runs);
  known.set(runs, found);
  return found;
}

/** First step at which two curves differ; null while they are the same as far as both go. */
export function firstDifference(one: string, other: string): number | null {
  const [a, b] = [curveOf(one).column('loss'), curveOf(other).column('loss')];
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (!Object.is(a[i], b[i])) return defined(curveOf(one).column('step')[i]);
  return null;
}

export function useAround(): Around {
  const runs = useKeptRuns();
  const hidden = useRuns((state) => state.hidden);
  const stale = useStale();
  // Looked for when somebody asks, and once for all who do: most lists have no filter that does.
  return useMemo(() => ({ stale, twin: (run) => twinsOf(runs).get(run.id) ?? '', hidden: (run) => hidden.includes(run.id) }), [stale, runs, hidden]);
}

/** The runs of the chosen folder and within the budget that the filter lets through, and why it cannot be read: then all of them. */
export function useFiltered(runs: readonly Run[]): { runs: Run[]; error: FilterError | null } {
  const text = useSettings((settings) => settings.filter);
  const atMost = useSettings((settings) => settings.atMost);
  const folder = useSettings((settings) => settings.folder);
  const around = useAround();
  return useMemo(() => {
    const read = parseFilter(text, filterFacts);
    const small = within(inFolder(runs, folder), atMost);
    if (!read.ok) return { runs: small, error: read.error };
    return { runs: small.filter((run) => passes(read.filter, (fact) => fact.of(run, around))), error: null };
  }, [text, atMost, folder, runs, around]);
}

/** Completions for the end of a filter; texts are those that the runs have. */
export function completions(text: string, runs: readonly Run[], around: Around): ReturnType<typeof complete> {
  return complete(text, filterFacts, (fact) => {
    if (fact.kind === 'flag') return ['true', 'false'];
    if (fact.kind !== 'text') return [];
    return [...new Set(runs.map((run) => fact.of(run, around)))].filter((value): value is string => typeof value === 'string' && value !== '').sort().map((value) => JSON.stringify(value));
  });
}

export interface Table {
  shown: Run[];
  groups: Group[];
  columns: Differing[];
  error: FilterError | null;
}

const compare = (a: FactValue, b: FactValue): number => (a === null || b === null ? Number(a === null) - Number(b === null) : typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b)));

/** The rows of these runs with the filter, the grouping and the order that are set. */
export function useTable(runs: readonly Run[]): Table {
  const version = useMetricsVersion();
  const { sort, group } = useSettings();
  const models = useCatalog((catalog) => catalog.models);
  const around = useAround();
  const { runs: shown, error } = useFiltered(runs);
  return useMemo(() => {
    const columns = differing(shown);
    const groups = groupRuns(shown, group);
    const down = sort.startsWith('-');
    const name = sort.replace(/^-/, '');
    const column = columns.find((one) => one.name === name);
    const fact = factNamed(name);
    const value = (one: Group): FactValue => {
      const first = defined(one.runs[0]);
      if (group !== 'run' && fact?.kind === 'number') return meanFact(name === 'seconds' ? { counted: timedAlike(one.counted) } : one, fact)?.mean ?? (column ? column.value(first) : fact.of(first, around));
      return column ? column.value(first) : fact ? fact.of(first, around) : null;
    };
    if (column || fact) {
      const keyed = groups.map((one) => ({ one, value: value(one) }));
      // What has no value stands last in both directions.
      keyed.sort((a, b) => (a.value === null || b.value === null ? compare(a.value, b.value) : (down ? -1 : 1) * compare(a.value, b.value)));
      return { shown, groups: keyed.map(({ one }) => one), columns, error };
    }
    return { shown, groups, columns, error };
    // The last training loss is read from the curves, and which layers go without saying from the models.
  }, [shown, error, sort, group, around, version, models]); // oxlint-disable-line react/exhaustive-deps
}
