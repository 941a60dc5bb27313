import { defined } from '../numbers/defined';
import { wholeOf, type Entry, type Program, type Recorder } from './record';
import type { Storage } from './tensor';

/**
 * Drops the dispatches of a program whose results nothing reads: all that they write are temporaries of this program that are not kept and that
 * no dispatch behind them binds.
 */
export function dropUnread({ kept }: Pick<Recorder, 'kept'>, program: Program): void {
  const read = new Set<Storage>();
  const needed = (storage: Storage): boolean => {
    // An output that a kernel may be without is bound as a uniform of no meaning.
    if (storage.role === 'uniform') return false;
    return storage.role !== 'temp' || kept.has(storage) || read.has(wholeOf(storage));
  };
  const left: Entry[] = [];
  for (const entry of program.entries.toReversed()) {
    const written = entry.kernel.bindings.filter(({ access }) => access === 'read_write');
    if (!written.some(({ name }) => needed(defined(entry.tensors[name]).storage))) continue;
    for (const { storage } of Object.values(entry.tensors)) read.add(wholeOf(storage));
    left.push(entry);
  }
  program.entries = left.reverse();
}
