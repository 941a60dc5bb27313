import type { Contestant, Group } from '../entry';

/** Events that are waited for: from the request of the page on, and then from the click on "Fine-tune now" on. */
export const OPENING = ['first paint', 'headline', 'can be clicked'] as const;
export const MARKS = [...OPENING, 'phase', 'first loss', 'last run'] as const;
export type Mark = (typeof MARKS)[number];

/** A visitor's behaviour: the seconds until the click, and settings, as the page keeps them, if they are not the page's own. */
export interface Visit {
  name: string;
  waits: number;
  settings?: object;
  marks: readonly Mark[];
}

export const visits: readonly Visit[] = [
  { name: 'opened', waits: 0, marks: OPENING },
  { name: 'clicked as soon as it can be', waits: 0, marks: ['phase', 'first loss'] },
  { name: 'clicked after 10 s', waits: 10, marks: ['phase', 'first loss'] },
  { name: 'four runs of 6 steps, clicked after 10 s', waits: 10, settings: { version: 1, train: { steps: 6, train_limit: 200, test_limit: 40, eval_every: 0, checkpoint_every: 0 } }, marks: ['last run'] },
];

/** The command line drives the browser (cli/benchPage.ts): no realm of the engine has a part in it. */
const watched = (name: Mark): Contestant => ({ name, places: [], start: () => Promise.reject(new Error('is measured from outside')) });

export const page: Group = {
  name: 'page',
  title: 'The built page: opened, and from the click on "Fine-tune now" on',
  baseline: '',
  entries: visits.map(({ name, marks }) => ({ name, contestants: marks.map(watched) })),
};
