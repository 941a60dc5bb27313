/** Things to spare the device and the person at it, and work that nobody has asked for yet. */

/** A telephone, however it is turned: it can train, but not in a time or with a battery that anybody likes. */
export const isPhone = (): boolean => matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) <= 720;

/** True where the person has asked for less motion. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** True where data or a battery are to be spared. */
export const isSparing = (): boolean => {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true || isPhone();
};

/** Milliseconds after which a browser that cannot tell is taken to be idle. */
const quiet = 2000;

/**
 * Does something once the page is drawn, in sight and has nothing else to do; never on a phone or where data is to be saved.
 */
export function whenIdle(job: () => void): void {
  if (typeof window === 'undefined' || isSparing()) return;
  // A page that is not in sight draws no frame.
  requestAnimationFrame(() => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(job);
    else setTimeout(job, quiet);
  });
}
