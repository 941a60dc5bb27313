/**
 * Identity of this tab in a class: the token that joining gave, which survives loading the page again. A copy of the tab has a copy of it;
 * the class lets the latest of them go on, and the other forgets its own.
 */

const key = 'fullrank.class';

/** The token of this tab in a class; empty where it has none. */
export function tokenIn(code: string): string {
  const [of, token = ''] = (inTab(() => sessionStorage.getItem(key)) ?? '').split(' ');
  return of === code ? token : '';
}

export const keepToken = (code: string, token: string): void => void inTab(() => sessionStorage.setItem(key, `${code} ${token}`));

export const forgetToken = (): void => void inTab(() => sessionStorage.removeItem(key));

/** Result of `access`; null where storage is forbidden: the page joins anew each time it is loaded. */
function inTab<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
