import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { lessonWords } from './words/lessons';
import css from '../core/parts/stage.module.css';

/** The least height of a chart that can still be read, in pixels, and how near to the edge is near enough. */
const least = 120;
const near = 3;
/** Room for the words beside a map, in pixels. */
const words = 400;

/** A presented figure under its title: the height of its chart, `--h`, is what the title and the words around it leave of the window. */
export function Room({ title, children }: { title: string; children: ReactNode }) {
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const [room, box] = [section.current!, section.current!.parentElement!];
    const content = room.firstElementChild as HTMLElement;
    let height = 0;
    let looks = 0;
    let over = false;
    let next = 0;
    const fit = () => {
      if (box.clientHeight === 0) return;
      const { paddingTop, paddingBottom } = getComputedStyle(box);
      const all = box.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
      // A map has words beside it; a flat one has the whole width.
      const map = content.querySelector<HTMLElement>('[data-map]');
      const most = Math.min(all, map ? (content.clientWidth - (map.dataset.map === 'flat' ? 0 : words)) / Number(map.style.getPropertyValue('--aspect')) : 0.6 * box.clientWidth);
      height = Math.min(most, height || all / 2);
      let before = NaN;
      for (let look = 0; look < 6; look++) {
        room.style.setProperty('--h', `${height}px`);
        const natural = content.getBoundingClientRect().height;
        const left = all - natural;
        if (left < -near) over = true;
        if (Math.abs(left) < near || (height === least && left < 0)) return;
        if (natural === before) {
          // A drawing that follows its width comes later, and is looked at again then; but a small map is of one height whatever its width.
          if (map && !over && height < most && looks++ < 60) next = requestAnimationFrame(fit);
          return;
        }
        before = natural;
        height = Math.max(least, Math.min(most, height + (left > 0 ? 0.9 : 1) * left));
      }
    };
    fit();
    const observer = new ResizeObserver((entries) => {
      if (entries.some(({ target }) => target === box)) [looks, over] = [0, false];
      // What never settles must not be looked at for ever.
      if (looks++ < 60) fit();
    });
    observer.observe(box);
    observer.observe(content);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(next);
    };
  }, []);
  return (
    <section ref={section} className={css.chart}>
      <div className={css.figure}>
        <h1>{title}</h1>
        <h2 className="sr">{lessonWords.chart}</h2>
        {children}
      </div>
    </section>
  );
}
