import { create } from 'zustand';
import type { LinkedProject } from './linkedProject';
import type { Settings } from '../settings/settings';

/** What the last link asked for. `link.ts` fills it; it is loaded only where there is a link. */

/** What could not be used: a name nobody knows, a value that is not possible, a version from later, or far too much text. */
export interface LinkProblem {
  what: 'name' | 'value' | 'version' | 'length';
  name: string;
  value: string;
}

/** A model or data set by its id. */
export interface Wanted {
  kind: 'model' | 'data';
  id: string;
}

/** `project` is one to be opened, which waits for a yes; `instead` was chosen before, and stands in for what is wanted and not here. */
export const useAsked = create<{ problems: LinkProblem[]; wanted: Wanted[]; targets: Settings['targets']; instead: Pick<Settings, 'model' | 'data'>; project: LinkedProject | null }>()(() => ({ problems: [], wanted: [], targets: [], instead: { model: '', data: '' }, project: null }));

export const dismissProblems = (): void => useAsked.setState({ problems: [] });
export const settleWanted = (one: Wanted): void => useAsked.setState(({ wanted }) => ({ wanted: wanted.filter((other) => other !== one) }));
