import { transferHandlers, type TransferHandler } from 'comlink';
import { SaidError } from '../said/said';

/** Comlink takes name, message and stack of what is thrown to the page; from here on it takes along what an error says by key. */
export function keepSaid(): void {
  const plain = transferHandlers.get('throw') as TransferHandler<{ value: unknown }, { value: object }>;
  const withSaid: typeof plain = {
    ...plain,
    serialize(thrown) {
      const [serialized, transfers] = plain.serialize(thrown);
      return [thrown.value instanceof SaidError ? { ...serialized, value: { ...serialized.value, said: thrown.value.said } } : serialized, transfers];
    },
  };
  transferHandlers.set('throw', withSaid);
}
