import { create } from 'zustand';

/** Views of the page, in the order of its navigation. */
export const viewNames = ['start', 'train', 'compare', 'landscape', 'inside', 'try', 'lessons'] as const;
export type ViewName = (typeof viewNames)[number];
export const isView = (name: string): name is ViewName => (viewNames as readonly string[]).includes(name);

/** Part of the page that is in sight: its view, and settings of it rather than of an experiment. They live in the address only. */
export interface Shown {
  view: ViewName;
  /** Parts of the page that are left out, by their names. */
  hide: string[];
  /** The view one figure at a time, in sizes for a projector. */
  present: boolean;
  /** The open lesson; empty is none. */
  lesson: string;
  /** Its part, or the figure that is presented: from 0. */
  part: number;
  /** While it is presented, the slide of that part, from 0; Infinity is its last, however many there are. */
  slide: number;
  /** The lesson's page for teachers, in place of its parts. */
  teacher: boolean;
  /** Code of the class that the page belongs to; empty is none. */
  room: string;
  /** The class is looked at on its board, and not joined. */
  board: boolean;
  /** The teacher's key that the address of the board brought. No address of the page has it: it is seen on projectors. */
  key?: string;
}

export const allShown: Shown = { view: 'start', hide: [], present: false, lesson: '', part: 0, slide: 0, teacher: false, room: '', board: false };
export const useShown = create<Shown>()(() => allShown);

/** A view by itself, with no lesson or presentation open; a class stays. */
export const only = (view: ViewName): Omit<Shown, 'hide' | 'room' | 'board' | 'key'> => ({ view, present: false, lesson: '', part: 0, slide: 0, teacher: false });

/** The view that was gone to by a link; null where anything else did. */
let linked: ViewName | null = null;

/** The view that was gone to in order to begin there; null once it is drawn. */
let begun: ViewName | null = null;

/** Goes to the beginning of a view; a lesson or a presentation that is open ends. What comes next finds it drawn. */
export function go(view: ViewName): void {
  // Whoever is there already stays where they are.
  begun = view === useShown.getState().view ? null : view;
  goBack(view);
}

/** The same to where one was in it. */
export function goBack(view: ViewName): void {
  linked = null;
  useShown.setState(only(view));
}

/** Going back by a link of the page, whose press does not wait: the view is drawn in pieces, and the one before it stays until then. */
export function goByLink(view: ViewName): void {
  linked = view;
  useShown.setState(only(view));
}

/** True if a view is to be shown from its beginning; asked once, by the component that shows it. */
export function isBegun(view: ViewName): boolean {
  const is = begun === view;
  begun = null;
  return is;
}

/** True if a view was gone to by a link. */
export const isLinked = (view: ViewName): boolean => linked === view;

/** Opens a lesson at a part. */
export const openLesson = (lesson: string, part = 0): void => useShown.setState({ view: 'lessons', lesson, part, slide: 0, teacher: false });

/** Opens a lesson's page for teachers. */
export const openTeacher = (lesson: string): void => useShown.setState({ view: 'lessons', lesson, part: 0, slide: 0, teacher: true, present: false });

/** True for a view that can be presented; of the lessons it is an open one. */
export const canPresent = ({ view, lesson, teacher }: Pick<Shown, 'view' | 'lesson' | 'teacher'>): boolean => view === 'compare' || view === 'landscape' || view === 'inside' || (view === 'lessons' && lesson !== '' && !teacher);

/** Presents the view in sight, a lesson from the part that is open. */
export function present(): void {
  presenter = document.activeElement?.id ?? '';
  useShown.setState((now) => (canPresent(now) ? { present: true } : {}));
}
let presenter = '';

/** Id of what began the presentation, which has the focus again at its end; empty where a link did. */
export const presenterId = (): string => presenter;

/** Ends a presentation, or else a lesson; the view stays. */
export const leaveStage = (): void => useShown.setState(({ view, present: presented, lesson }) => (presented && lesson ? { present: false, slide: 0 } : only(view)));

/** True while a part of a lesson or a figure is presented or read, so that keys turn pages. */
export const isStaged = ({ present: presented, lesson, teacher }: Pick<Shown, 'present' | 'lesson' | 'teacher'>): boolean => presented || (lesson !== '' && !teacher);

/** True for a page that was opened for a class, or has joined one. */
export const isInClass = ({ room }: Pick<Shown, 'room'>): boolean => room !== '';

/** Parts that can be left out besides the panels of the register, which go by their own names there. */
export const smallParts = ['own-data', 'budget', 'project', 'lessons'] as const;

/** Panels that always stay: what starts and stops runs, and what wants an answer. */
export const fixedPanels: readonly string[] = ['run-bar', 'hero', 'notices', 'class'];

/** True for what may be the name of a part. One that this version does not have hides nothing. */
export const isPart = (name: string): boolean => /^[a-z][a-z-]{0,29}$/.test(name) && !fixedPanels.includes(name);

/** True while a part of this name is not left out. */
export const useIsShown = (name: string): boolean => useShown(({ hide }) => !hide.includes(name));

/** Leaves a part out, or shows it again. */
export const setHidden = (name: string, hidden: boolean): void => useShown.setState(({ hide }) => ({ hide: hidden ? [...hide.filter((one) => one !== name), name] : hide.filter((one) => one !== name) }));
