import { create } from 'zustand';

/** Views of the page, in the order of its navigation. */
export const viewNames = ['start', 'train', 'compare', 'landscape', 'inside', 'try', 'lessons'] as const;
export type ViewName = (typeof viewNames)[number];
export const isView = (name: string): name is ViewName => (viewNames as readonly string[]).includes(name);

/** What of the page is in sight: which view, and settings of it rather than of an experiment. They live in the address only. */
export interface Shown {
  view: ViewName;
  /** Parts of the page that are left out, by their names. */
  hide: string[];
  /** One chart at a time, in sizes for a projector. */
  present: boolean;
  /** The open lesson; empty is none. */
  lesson: string;
  /** Its part, or the chart that is presented: from 0. */
  part: number;
}

export const allShown: Shown = { view: 'start', hide: [], present: false, lesson: '', part: 0 };
export const useShown = create<Shown>()(() => allShown);

/** Goes to a view; a lesson or a presentation that is open ends. */
export const go = (view: ViewName): void => useShown.setState({ view, present: false, lesson: '', part: 0 });

/** Opens a lesson at its first part, or goes on presenting where one is presented. */
export const openLesson = (lesson: string): void => useShown.setState({ view: 'lessons', lesson, part: 0 });

/** Presents the charts of the comparison, one at a time. */
export const presentCharts = (): void => useShown.setState({ view: 'compare', present: true, lesson: '', part: 0 });

/** Ends a lesson or a presentation; its view stays. */
export const leaveStage = (): void => useShown.setState({ present: false, lesson: '', part: 0 });

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
