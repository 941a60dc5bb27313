import { use, useMemo } from 'react';
import { create } from 'zustand';
import { defined } from '../../numbers/defined';
import { cardOf, firstSettings, isRecorded, openRecording } from '../core/analyses/recorded';
import { openRates } from '../core/analyses/recordedAnalyses';
import { counts } from '../core/runs/runGroups';
import type { Run } from '../core/runs/runs';
import { groupsOf, type Group } from '../core/runs/seedGroups';
import { useComparedRuns } from '../core/runs/view';
import { methodFields } from '../core/settings/fields';
import { isInClass, useShown } from '../core/storage/shown';
import { lessons, type Lesson, type Part } from './lessons';
import type { LessonName } from './names';

/** Source of a lesson's runs: the project's own where they fill it, else recorded ones. Never both, and it is said which. */

export type Whose = 'own' | 'recorded';
/** The person's choices for lessons, against the rule. */
export const useChosenSource = create<Partial<Record<LessonName, Whose>>>()(() => ({}));

/** Settings that need not match: how often things are written changes no result; a seed is what intervals are over. */
const indifferent = ['seed', 'lr', 'eval_every', 'checkpoint_every', 'snapshots'];

/** Key of what runs of a lesson must share: model, data, and every setting that the lesson does not vary. */
function conditionOf({ spec: { model, data, edits, train } }: Run, varies: readonly string[]): string {
  const same = Object.entries(train).filter(([name]) => !indifferent.includes(name) && !varies.includes(name));
  return JSON.stringify([model, data, edits ?? null, same.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** A method with its settings but the one that a budget moves, and its rate, which may have been found for each size. */
function variantOf({ spec: { method, train, rate } }: Run): string {
  const moved = methodFields[method.method]?.budget;
  return JSON.stringify([rate === 'found' ? rate : train.lr, Object.entries(method).filter(([name]) => name !== moved && !(name === 'lora_alpha' && method.lora_alpha === method.r)).sort()]);
}

/** Runs with a result, in a class those of all, put together by what they share, the newest condition first; of each method only the variant of its newest run. */
export function conditions(runs: readonly Run[], varies: readonly string[], inClass = false): Run[][] {
  const newestFirst = runs.filter((run) => counts(run) && (inClass || !run.theirs) && !isRecorded(run)).sort((a, b) => b.created - a.created);
  const found = new Map<string, Run[]>();
  for (const run of newestFirst) {
    const key = conditionOf(run, varies);
    const same = found.get(key) ?? [];
    const newest = same.find(({ spec }) => spec.method.method === run.spec.method.method);
    if (newest && variantOf(newest) !== variantOf(run)) continue;
    found.set(key, [...same, run]);
  }
  return [...found.values()];
}

const partOf = (part: Part, groups: readonly Group[]): Group[] => groups.filter(part.pick ?? (() => false));

/** True when these groups fill every part of a lesson. */
export const fills = ({ parts }: Lesson, groups: readonly Group[]): boolean => parts.every((part) => part.fills?.(partOf(part, groups)) ?? true);

/** Own groups of a lesson: of the newest condition that fills it, else of the newest that it can speak of at all. */
export function ownGroups(runs: readonly Run[], lesson: Lesson, inClass = false): { groups: Group[]; full: boolean } {
  const all = conditions(runs, lesson.varies, inClass).map(groupsOf);
  const full = all.find((groups) => fills(lesson, groups));
  return { groups: full ?? all.find((groups) => lesson.parts.some((part) => partOf(part, groups).length > 0)) ?? [], full: full !== undefined };
}

export interface Source {
  whose: Whose;
  /** Groups that the part speaks of. */
  groups: Group[];
  /** Those of the whole lesson, for its title. */
  lesson: Group[];
  /** True where the part can speak of own runs as well as of recorded ones. */
  choice: boolean;
  /** The graphics card that recorded, empty where it was none, and how long each of its runs took, in seconds. */
  device: string;
  seconds: number;
}

const never: Promise<null> = Promise.resolve(null);

/** Source that a part of a lesson speaks of. Suspends until the recording is there. */
export function useSource(name: LessonName, at: number): Source {
  const lesson = lessons[name];
  const part = defined(lesson.parts[at]);
  const own = useComparedRuns();
  const inClass = useShown(isInClass);
  const chosen = useChosenSource((state) => state[name]);
  const [whole, special] = [lesson.recording, part.recording ?? lesson.recording];
  const recording = use(special ? openRecording(special) : never);
  const recordedWhole = use(whole ? openRecording(whole) : never);
  return useMemo(() => {
    const mine = ownGroups(own, lesson, inClass);
    const here = partOf(part, mine.groups);
    const some = here.length > 0;
    const whose: Whose = some && (chosen ?? (mine.full ? 'own' : 'recorded')) === 'own' ? 'own' : 'recorded';
    // What a part has besides its lesson's recording is a comparison at one budget.
    const recorded = part.recording && recording ? firstSettings(recording.runs) : (recording?.runs ?? []);
    return {
      whose,
      groups: whose === 'own' ? here : partOf(part, groupsOf(recorded)),
      lesson: whose === 'own' ? mine.groups : groupsOf(recordedWhole?.runs ?? []),
      choice: some,
      device: recording ? cardOf(recording) : '',
      // Recordings without curves have only their sums.
      seconds: recorded.reduce((sum, run) => sum + (run.seconds || run.summary!.seconds), 0) / Math.max(1, recorded.length),
    };
  }, [own, inClass, lesson, part, chosen, recording, recordedWhole]);
}

/** What lessons speak of besides runs that fill their parts. */
const others: Partial<Record<LessonName, () => Promise<unknown>>> = { rates: openRates, seeds: () => openRecording('toy') };

/** Fetches what a lesson speaks of, before its parts ask for it. */
export function fetchLesson(name: LessonName): void {
  const { recording, parts } = lessons[name];
  for (const one of new Set([recording, ...parts.map((part) => part.recording)])) if (one) void openRecording(one).catch(() => {});
  void others[name]?.().catch(() => {});
}
