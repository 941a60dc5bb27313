/**
 * What this tab knows of a class, which survives loading the page again: the token that joining gave, the run that it trains, and on a board
 * the teacher's key. A copy of the tab has a copy of it; the class lets the latest of them go on, and the other forgets its own.
 * The browser keeps the latest of its tokens too: a tab that was closed is opened again as the same person.
 */

const key = 'fullrank.class';
const runKey = 'fullrank.class.run';
const teacherKey = 'fullrank.class.key';
const seatKey = 'fullrank.class.seat';

/** The token of this tab in a class; empty where it has none. */
export const tokenIn = (code: string): string => valueIn(key, code);

export function keepToken(code: string, token: string): void {
  keepValue(key, code, token);
  orNull(() => localStorage.setItem(seatKey, `${code} ${token}`));
}

/** Forgets the tab's token, and the browser's unless another tab goes on with it. */
export function forgetToken(goesOnElsewhere = false): void {
  const kept = orNull(() => sessionStorage.getItem(key));
  for (const one of [key, runKey]) orNull(() => sessionStorage.removeItem(one));
  if (!goesOnElsewhere && kept !== null && orNull(() => localStorage.getItem(seatKey)) === kept) forgetSeat();
}

export const forgetSeat = (): void => void orNull(() => localStorage.removeItem(seatKey));

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('fullrank-class');

/** Milliseconds within which a tab that has a token says so. */
const ANSWER = 300;

/** Answers other tabs that ask for the token that `mine` gives. */
export const holdSeat = (mine: () => string): void =>
  tabs?.addEventListener('message', ({ data }: MessageEvent<{ asks?: string }>) => {
    if (data.asks && data.asks === mine()) tabs.postMessage({ has: data.asks });
  });

/** The token that the browser's latest tab had in a class; empty where there is none, or a tab that is still open has it. */
export async function freeSeat(code: string): Promise<string> {
  const token = valueOf(orNull(() => localStorage.getItem(seatKey)), code);
  if (token === '' || !tabs) return token;
  return new Promise((done) => {
    const end = (free: string) => {
      clearTimeout(timer);
      tabs.removeEventListener('message', hear);
      done(free);
    };
    const hear = ({ data }: MessageEvent<{ has?: string }>) => data.has === token && end('');
    const timer = setTimeout(() => end(token), ANSWER);
    tabs.addEventListener('message', hear);
    tabs.postMessage({ asks: token });
  });
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

const valueIn = (name: string, code: string): string => valueOf(orNull(() => sessionStorage.getItem(name)), code);

function valueOf(kept: string | null, code: string): string {
  const [of, value = ''] = (kept ?? '').split(' ');
  return of === code ? value : '';
}

const keepValue = (name: string, code: string, value: string): void => void orNull(() => sessionStorage.setItem(name, `${code} ${value}`));

/** Result of `access`; null where storage is forbidden: the page joins anew each time it is loaded. */
function orNull<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
