import { useEffect, useRef, type RefObject } from 'react';
import { isStill } from '../idle';
import { useKeepFocus } from './useKeepFocus';

/** Height at either end of the window that sticky lines may cover, in pixels. */
const covered = 140;

/** Once something has begun, brings what is drawn of it into sight: the button that began it may have gone, and the page around it. The focus, if that went with the button, goes there too, and when it has ended to the panel around. */
export function useInSight(element: RefObject<HTMLElement | null>, begun: boolean): void {
  const around = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!begun || !element.current) return;
    around.current = element.current.closest('section');
    const { top, bottom } = element.current.getBoundingClientRect();
    if (top < covered || bottom > innerHeight - covered) element.current.scrollIntoView({ block: 'center', behavior: isStill() ? 'auto' : 'smooth' });
    if (document.activeElement === document.body) element.current.focus({ preventScroll: true });
  }, [element, begun]);
  useKeepFocus(around, (panel) => element.current ?? panel);
}
