import { create } from 'zustand';
import { methodFields, trainsOf } from '../../../adapters/fields';
import { candidateAt, forget, isPlace, useTryout, type Candidate } from './tryout';

/** Place of the slider between the model and one of its adapters; at 1, the adapter itself, there is nothing between. */
export const useBetween = create<{ adapter: string; at: number; /** Nobody has answered there yet. */ moved: boolean }>()(() => ({ adapter: '', at: 1, moved: false }));

/** Adapters among these whose update can be scaled: there is one, beside the head. */
export const scalable = (chosen: readonly Candidate[]): Candidate[] => chosen.filter(({ base, method }) => !base && trainsOf(method) !== 'head' && methodFields[method]?.unmerged === undefined);

/** The adapter that the slider is of: the one asked for, or the first. */
export const adapterBetween = (chosen: readonly Candidate[], adapter: string): Candidate | undefined => scalable(chosen).find(({ key }) => key === adapter) ?? scalable(chosen)[0];

/** The chosen ones, with the place of the slider behind its adapter. */
export function withBetween(chosen: Candidate[], { adapter, at }: { adapter: string; at: number }): Candidate[] {
  const of = at < 1 ? adapterBetween(chosen, adapter) : undefined;
  return of ? chosen.flatMap((one) => (one === of ? [one, candidateAt(one, at)] : [one])) : chosen;
}

/** Takes places that nobody looks at any more off the GPU. */
export const leavePlaces = (shown: readonly Candidate[]): void => forget((useTryout.getState().memory?.adapters ?? []).map(({ key }) => key).filter((key) => isPlace(key) && !shown.some((one) => one.key === key)));

/** Moves the slider, or takes another adapter. What the place before had on the GPU goes. */
export function moveBetween(change: { adapter?: string; at?: number }): void {
  useBetween.setState({ ...change, moved: true });
  leavePlaces([]);
}
