/**
 * What this tab knows of a class, which survives loading the page again: the token that joining gave, the run that it trains, and on a board
 * the teacher's key. A copy of the tab has a copy of it; the class lets the latest of them go on, and the other forgets its own.
 */

const key = 'fullrank.class';
const runKey = 'fullrank.class.run';
const teacherKey = 'fullrank.class.key';

/** The token of this tab in a class; empty where it has none. */
export const tokenIn = (code: string): string => valueIn(key, code);

export const keepToken = (code: string, token: string): void => keepValue(key, code, token);

export function forgetToken(): void {
  for (const one of [key, runKey]) inTab(() => sessionStorage.removeItem(one));
}

/** The run that this tab trains for an experiment of a class; empty where it trains none. */
export function runIn(code: string, place: number): string {
  const [of, id = ''] = valueIn(runKey, code).split('/');
  return of === String(place) ? id : '';
}

export const keepRunIn = (code: string, place: number, id: string): void => keepValue(runKey, code, `${place}/${id}`);

/** The teacher's key of a class, in a tab that was opened at the board's address; empty in others. */
export const keyIn = (code: string): string => valueIn(teacherKey, code);

export const keepKey = (code: string, secret: string): void => keepValue(teacherKey, code, secret);

function valueIn(name: string, code: string): string {
  const [of, value = ''] = (inTab(() => sessionStorage.getItem(name)) ?? '').split(' ');
  return of === code ? value : '';
}

const keepValue = (name: string, code: string, value: string): void => void inTab(() => sessionStorage.setItem(name, `${code} ${value}`));

/** Result of `access`; null where storage is forbidden: the page joins anew each time it is loaded. */
function inTab<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
