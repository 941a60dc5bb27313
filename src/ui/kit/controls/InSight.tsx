import { useEffect, useRef, type ReactNode } from 'react';
import css from './controls.module.css';

/** Goes to what is told as it comes, where it is not in sight: what it is about may be chosen at the edge of the window, or a screen below. */
export function InSight({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  // Newer browsers give back a promise, which is nothing to clean up by.
  useEffect(() => void place.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div ref={place} className={css.inSight}>
      {children}
    </div>
  );
}
