/**
 * The page's root address as its worker knows it: the base that the page was built with, or, where that is relative, the
 * folder above the one of scripts, in which the worker lies.
 */
export function rootOf(base: string, worker: string): string {
  return new URL(base.startsWith('.') ? '../' : base, worker).href;
}
