import { transferHandlers, type TransferHandler } from 'comlink';
import { FullrankError } from '../errors/errors';
import { HubError } from '../io/hub/hubError';

/** Messages of Chromium, Firefox and Safari for the code of a part that did not arrive. */
const notFetched = /dynamically imported module|Importing a module script failed/;

/** Rewrites errors that people can do something about; leaves any other as it is. */
function forPeople(error: unknown): unknown {
  if (!(error instanceof TypeError && notFetched.test(error.message))) return error;
  return new FullrankError('A part of Fullrank could not be loaded. Either the connection is gone, or there is a newer version of the page; reload it and try again.');
}

/** Comlink takes name, message and stack of what is thrown to the page; from here on also the kind of an error of storage. */
export function handleThrown(): void {
  const plain = transferHandlers.get('throw') as TransferHandler<{ value: unknown }, { value: object }>;
  const withKind: typeof plain = {
    ...plain,
    serialize(thrown) {
      const value = forPeople(thrown.value);
      const [serialized, transfers] = plain.serialize({ ...thrown, value });
      return [value instanceof HubError ? { ...serialized, value: { ...serialized.value, kind: value.kind } } : serialized, transfers];
    },
  };
  transferHandlers.set('throw', withKind);
}
