import { create } from 'zustand';

/** What of the page is in sight: settings of a view rather than of an experiment. They live in the address only. */
export interface Shown {
  /** Parts of the page that are left out, by their names. */
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

/** True while a lesson or a presentation has the page. */
export const isStaged = ({ present, lesson }: Pick<Shown, 'present' | 'lesson'>): boolean => present || lesson !== '';

/** Parts that can be left out besides the panels of the register, which go by their own names there. */
export const smallParts = ['own-data', 'budget', 'project', 'lessons'] as const;

/** Panels that always stay: what starts and stops runs, and what wants an answer. */
export const fixedPanels: readonly string[] = ['run-bar', 'hero', 'notices'];

/** True for what may be the name of a part. One that this version does not have hides nothing. */
export const isPart = (name: string): boolean => /^[a-z][a-z-]{0,29}$/.test(name) && !fixedPanels.includes(name);

/** True while a part of this name is not left out. */
export const useIsShown = (name: string): boolean => useShown(({ hide }) => !hide.includes(name));

/** Leaves a part out, or shows it again. */
export const setHidden = (name: string, hidden: boolean): void => useShown.setState(({ hide }) => ({ hide: hidden ? [...hide.filter((one) => one !== name), name] : hide.filter((one) => one !== name) }));
