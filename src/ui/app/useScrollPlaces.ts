import { useLayoutEffect, useState } from 'react';
import { isBegun, useShown, type ViewName } from '../core/storage/shown';

/** Time for which a view that is there may still grow and shrink, and time that one may take to be as high as it was, in milliseconds. */
const drawnWithin = { there: 2000, all: 10_000 };

/** Session storage key of the scroll places at the moment this tab reloads the page. */
const leftKey = 'fullrank.place';
const isReload = (): boolean => (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])[0]?.type === 'reload';

function openedAt(): Map<string, number> {
  try {
    const left = sessionStorage.getItem(leftKey);
    sessionStorage.removeItem(leftKey);
    return new Map(left !== null && isReload() ? (JSON.parse(left) as [string, number][]) : []);
  } catch {
    // A forbidden storage, or not what was written: everything begins at its top.
    return new Map();
  }
}

/** Name of a thing with a place of its own: a view, the list of lessons, each part of one and its page for teachers. */
const nameOf = (view: ViewName, lesson: string, part: number, teacher: boolean): string => (view === 'lessons' && lesson !== '' ? `${view} ${lesson} ${teacher ? 'teacher' : part}` : view);

/**
 * One rule for every view: it is shown where it was left, to the pixel, however one comes back, and at its top where something
 * leads to its beginning, as to the next part of a lesson. The browser's own places are off: it would move the view that is still in sight.
 */
export function useScrollPlaces(view: ViewName, hidden: boolean): void {
  const { lesson, part, teacher } = useShown();
  const name = nameOf(view, lesson, part, teacher);
  const [places] = useState(openedAt);
  const [last] = useState(() => ({ view, name }));
  useLayoutEffect(() => {
    history.scrollRestoration = 'manual';
    const leave = () => {
      try {
        sessionStorage.setItem(leftKey, JSON.stringify([...places]));
      } catch {
        // As above.
      }
    };
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [places]);
  useLayoutEffect(() => {
    if (hidden) return;
    const turned = last.view === view && last.name !== name && name !== view;
    Object.assign(last, { view, name });
    if (isBegun(view) || turned) places.delete(name);
    const place = places.get(name) ?? 0;
    const { style } = document.documentElement;
    let coming = true;
    // What is drawn late above would take the place along.
    style.overflowAnchor = 'none';
    const come = () => void (coming && scrollTo(0, place));
    const end = () => {
      coming = false;
      style.overflowAnchor = '';
    };
    const isThere = () => Math.abs(scrollY - place) <= 1;
    const keep = () => {
      // A view that is lower at first cannot be there yet; whatever else is elsewhere was moved by somebody.
      const { scrollHeight } = document.documentElement;
      if (coming && !isThere() && scrollHeight - innerHeight >= place) end();
      if (!coming) places.set(name, scrollY);
    };
    come();
    const observer = new ResizeObserver(come);
    observer.observe(document.body);
    const late = [setTimeout(() => isThere() && end(), drawnWithin.there), setTimeout(end, drawnWithin.all)];
    // Also as it is left: a scroll is told a frame later, when something else may be in sight.
    const stop = useShown.subscribe(keep);
    addEventListener('scroll', keep, { passive: true });
    addEventListener('wheel', end, { passive: true });
    addEventListener('touchmove', end, { passive: true });
    return () => {
      stop();
      end();
      observer.disconnect();
      late.forEach(clearTimeout);
      removeEventListener('scroll', keep);
      removeEventListener('wheel', end);
      removeEventListener('touchmove', end);
    };
  }, [view, name, places, last, hidden]);
}
