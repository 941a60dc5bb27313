/** In tests and while developing; a build is spared the checks, and reads what is there. */
const checked = (import.meta as { env?: { DEV?: boolean } }).env?.DEV === true;

/** The value at an index or under a name that is known to be there, from how the code around it is built. Throws in tests where it is not. */
export function defined<T>(value: T | undefined): T {
  if (checked && value === undefined) throw new RangeError('Nothing stands at an index or under a name that was taken to be there.');
  return value as T;
}

/** A list of N members. */
type Several<T, N extends number, Members extends T[] = []> = Members['length'] extends N ? Members : Several<T, N, [...Members, T]>;

/** A list that is known to have at least `count` members, as a list of just so many. Throws in tests where it has fewer. */
export function several<T, N extends number>(list: ArrayLike<T>, count: N): Several<T, N> {
  if (checked && list.length < count) throw new RangeError(`A list of ${list.length} was taken to have ${count} members.`);
  return list as unknown as Several<T, N>;
}
