import { useLayoutEffect, useRef, type ReactNode } from 'react';
import css from '../core/parts/stage.module.css';

/** Least zoom of a figure: the smallest words of a slide are 1.25 times as large as can be read from afar. */
const least = 0.8;

/** Draws a figure of any height so that it fits in the room there is: as it is, or smaller, as long as it can be read; else it scrolls. */
export function Fit({ children }: { children: ReactNode }) {
  const outer = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [box, content] = [outer.current!, inner.current!];
    const fit = () => {
      let zoom = 1;
      // Smaller words wrap less, so that a second look may find another height.
      for (let look = 0; look < 4; look++) {
        content.style.zoom = String(zoom);
        const share = box.clientHeight / content.getBoundingClientRect().height;
        if (share > 0.995) break;
        if (zoom === least) break;
        zoom = Math.max(least, zoom * share);
      }
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(box);
    // What is fetched, or opened as a table.
    const changes = new MutationObserver(fit);
    changes.observe(content, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      changes.disconnect();
    };
  }, []);
  return (
    <div ref={outer} className={css.fit}>
      <div ref={inner}>{children}</div>
    </div>
  );
}
