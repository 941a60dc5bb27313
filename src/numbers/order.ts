/** A measurement; JSON writes one that is no finite number as null. */
type Measured = number | null | undefined;

const isNumber = (value: Measured): value is number => Number.isFinite(value);

/** True if a measurement is above another one. One that is no finite number is above none, and any that is a number is above it. */
export const isAbove = (found: Measured, than: Measured): boolean => isNumber(found) && (!isNumber(than) || found > than);

/** True if a measurement is below another one. One that is no finite number is below none, and any that is a number is below it. */
export const isBelow = (found: Measured, than: Measured): boolean => isNumber(found) && (!isNumber(than) || found < than);

/** Sorts measurements, the largest first and those that are no finite numbers last. */
export const byMost = (a: Measured, b: Measured): number => Number(isAbove(b, a)) - Number(isAbove(a, b));
