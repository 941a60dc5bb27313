/** A value that a test takes to be there. */
export function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a value that the test needs is not there');
  return value;
}
