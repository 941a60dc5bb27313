import { create } from 'zustand';

/** What of the page is in sight: settings of a view rather than of an experiment. They live in the address only. */
export interface Shown {
  /** Parts of the page that are left out, by their names in `hideable`. */
  hide: string[];
  /** One chart at a time, in sizes for a projector. */
  present: boolean;
  /** The open lesson; empty is none. */
  lesson: string;
  /** Its part, or the chart that is presented: from 0. */
  part: number;
}

export const allShown: Shown = { hide: [], present: false, lesson: '', part: 0 };
export const useShown = create<Shown>()(() => allShown);

/** Parts that a teacher can leave out; panels of the register go by the same names. What starts and stops runs always stays. */
export const hideable = ['data', 'own-data', 'model', 'zero-shot', 'methods', 'budget', 'planned-memory', 'run-memory', 'advanced', 'runs', 'results', 'try', 'project', 'lessons'] as const;
export type Hideable = (typeof hideable)[number];

export const isHideable = (name: string): name is Hideable => (hideable as readonly string[]).includes(name);

/** True while a part of this name is not left out. */
export const useIsShown = (name: string): boolean => useShown(({ hide }) => !hide.includes(name));

/** Leaves a part out, or shows it again. */
export const setHidden = (name: Hideable, hidden: boolean): void =>
  useShown.setState(({ hide }) => ({ hide: hideable.filter((one) => (one === name ? hidden : hide.includes(one))) }));
