import { useEffect, useRef, type RefObject } from 'react';

/** Keeps the focus inside an element when the focused control goes away or is disabled: it moves to what `find` returns, and does not fall to the top of the page. */
export function useKeepFocus(element: RefObject<HTMLElement | null>, find: (element: HTMLElement) => HTMLElement | null = (it) => it): void {
  const inside = useRef(false);
  useEffect(() => {
    const enter = ({ target }: FocusEvent) => (inside.current = element.current?.contains(target as Element) ?? false);
    // A click beside everything takes the focus away; what was removed or disabled loses it, but nobody has gone elsewhere.
    const leave = ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        const gone = !(target as Element).isConnected || (target as Element).matches(':disabled');
        if (!gone && document.activeElement === document.body) inside.current = false;
      });
    // Whoever presses elsewhere goes there: a chart that took the focus back meanwhile would scroll the page away under the pointer.
    const press = ({ target }: PointerEvent) => element.current?.contains(target as Element) || (inside.current = false);
    document.addEventListener('pointerdown', press, true);
    document.addEventListener('focusin', enter);
    document.addEventListener('focusout', leave);
    return () => {
      document.removeEventListener('pointerdown', press, true);
      document.removeEventListener('focusin', enter);
      document.removeEventListener('focusout', leave);
    };
  }, [element]);
  useEffect(() => {
    if (!inside.current || !element.current || document.activeElement !== document.body) return;
    const to = find(element.current);
    // Whoever works inside an element has it in sight, however tall it is.
    to?.focus({ preventScroll: to.contains(element.current) });
  });
}
