import { useMemo } from 'react';
import { defined } from '../../../numbers/defined';
import type { Medium } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';
import { compareData, dataToCompare, useComparedData } from './comparedData';
import { ofRun, useMedium } from '../data/medium';
import { isRecorded, openWholeRecorded, recordedRuns, useRecorded, withOthers } from '../analyses/recorded';
import { counts, groupRuns, type Group } from './runGroups';
import { useRuns, type Run } from './runs';
import { useSettings, type Grouping } from '../settings/settings';
import { isInClass, useShown } from '../storage/shown';
import { within } from './atMost';
import { useFiltered } from './table';
import { useRunsHere, useSelectedRun } from './view';

/** Runs being compared: those on one data set, put together by the one grouping that curves, points, table and presentation share. */

/** A data set that has runs. */
export interface DataChoice {
  id: string;
  title: string;
  /** The person's; 0 where there are recorded ones alone. */
  runs: number;
}

/** Recorded runs that may be chosen: those of what the page learns from, and any others while they are shown. */
export const recordedFor = (recorded: readonly Run[], medium: Medium, data: string): Run[] => recorded.filter(({ spec }) => ofRun(spec) === medium || spec.data === data);

/** Data sets of runs, in the order in which they came, and last that of the recorded ones where it has no others. */
export function choicesOf(runs: readonly Run[], recorded: readonly Run[]): DataChoice[] {
  const found = new Map<string, DataChoice>();
  const choiceOf = ({ spec, dataTitle }: Run) => found.get(spec.data) ?? { id: spec.data, title: dataTitle || spec.data, runs: 0 };
  for (const run of runs) {
    const choice = choiceOf(run);
    found.set(choice.id, { ...choice, runs: choice.runs + 1 });
  }
  for (const run of recorded.slice(0, 1)) found.set(run.spec.data, choiceOf(run));
  return [...found.values()];
}

export interface Compared {
  data: string;
  /** Data sets that could be compared instead. */
  choices: DataChoice[];
  /** Kept runs on the data, and the recorded ones while they are shown. */
  all: Run[];
  /** Most trainable parameters of what is drawn and spoken of; 0 where that leaves no run out. */
  atMost: number;
  /** Those of them within it, that the filter lets through and that are not hidden: what is drawn and spoken of. */
  runs: Run[];
  groups: Group[];
  by: Grouping;
  /** Recorded runs can be shown beside these; and whether they are. */
  recordedFits: boolean;
  recordedShown: boolean;
}

/** One's own runs on the data that is compared, or on all where runs are put together by it. */
function useOwnCompared() {
  const kept = useRunsHere();
  const played = useRecorded((state) => state.runs);
  const others = useRecorded((state) => state.others);
  const recorded = useMemo(() => withOthers({ runs: played, others }), [played, others]);
  const wanted = useComparedData((state) => state.wanted);
  const { data: chosen, group: by } = useSettings();
  const data = dataToCompare(kept, recorded, wanted, chosen);
  const own = useMemo(() => (by === 'data' ? kept : kept.filter((run) => run.spec.data === data)), [kept, data, by]);
  return { kept, recorded, data, own, by };
}

/** Groups of runs, which were chosen by a most of parameters where that is above 0: they need not aim at one budget. */
export const groupsWithin = (runs: readonly Run[], by: Grouping, atMost: number): Group[] => groupRuns(runs, by).map((group) => (atMost > 0 ? { ...group, bounded: true } : group));

export function useCompared(): Compared {
  const { kept, recorded, data, own, by } = useOwnCompared();
  const wantsRecorded = useRecorded((state) => state.wanted);
  const hidden = useRuns((state) => state.hidden);
  const inClass = useShown(isInClass);
  const recordedFits = recorded.length > 0 && defined(recorded[0]).spec.data === data;
  // In a class they would pass for its results, unless they were asked for.
  const away = inClass && wantsRecorded !== true;
  // Where there are no others nobody could show them again.
  const recordedShown = recordedFits && !away && (own.length === 0 || (wantsRecorded ?? !own.some(counts)));
  const all = useMemo(() => (recordedShown ? [...recorded, ...own] : own), [recordedShown, recorded, own]);
  const { runs: filtered } = useFiltered(all);
  const runs = useMemo(() => filtered.filter((run) => !hidden.includes(run.id)), [filtered, hidden]);
  const most = useSettings((settings) => settings.atMost);
  const atMost = within(all, most).length < all.length ? most : 0;
  // Models say which layers go without saying.
  const models = useCatalog((catalog) => catalog.models);
  const groups = useMemo(() => groupsWithin(runs, by, atMost), [runs, by, atMost, models]); // oxlint-disable-line react/exhaustive-deps
  const medium = useMedium();
  const choices = useMemo(() => choicesOf(kept, away ? [] : recordedFor(recorded, medium, data)), [kept, away, recorded, medium, data]);
  return { data, choices, all, atMost, runs, groups, by, recordedFits, recordedShown };
}

/** The run whose results are shown beside the comparison: one of those that are compared, and one's own. */
export const useComparedRun = (): Run | undefined => useSelectedRun(useFiltered(useOwnCompared().own).runs);

/** True where all that is compared is recorded. */
export const onlyRecorded = ({ runs }: Pick<Compared, 'runs'>): boolean => runs.length > 0 && runs.every(isRecorded);

/** Compares the recorded runs, whatever is chosen to be trained, which stays; one's own stand beside them where they are on the same data. */
export async function compareRecorded(): Promise<void> {
  useRecorded.setState({ wanted: true });
  await openWholeRecorded().catch(() => {});
  for (const { spec } of recordedRuns().slice(0, 1)) compareData(spec.data);
}
