import { create } from 'zustand';
import type { LinkedProject } from './linkedProject';
import type { Settings } from '../settings/settings';

/** Requests of the last link. `link.ts` fills them in; it is loaded only if there is a link. */

/** Part of a link that could not be used: an unknown name, an impossible value, a later version, or far too much text. */
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
