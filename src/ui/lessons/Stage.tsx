import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { defined } from '../../numbers/defined';
import { Button } from '../kit/controls/Button';
import { presenterId, useShown } from '../core/storage/shown';
import { lessonWords } from './words/lessons';
import { Deck } from './Deck';
import { figuresOf, lessons } from './lessons';
import type { LessonName } from './names';
import { onwardFrom } from './onward';
import { PartPieces, type Pieces } from './parts';
import { Room } from './Room';
import { Slide, slidesOf, useGuessSlides } from './slides';
import { leaveFullscreen, useFullscreen } from './useFullscreen';
import { usePageKeys } from './usePageKeys';
import css from '../core/parts/stage.module.css';

/** Size of the window, as a key: what fits depends on it. */
const useWindow = (): string =>
  useSyncExternalStore(
    (changed) => {
      addEventListener('resize', changed);
      return () => removeEventListener('resize', changed);
    },
    () => `${innerWidth}x${innerHeight}`,
  );

/**
 * A view presented: one figure at a time, in sizes for a room, with nothing else on the page. Of a lesson's part chart and
 * text stand beside each other where both fit, else they are shown one after the other. `opening` comes before the figures of a view,
 * and the guesses of a class after those of its board.
 */
export default function Stage({ opening }: { opening?: ReactNode }) {
  const { view, lesson, part, slide: step } = useShown();
  const name = lesson as LessonName | '';
  const guesses = useGuessSlides();
  const slides = [...(opening ? [''] : []), ...slidesOf(view), ...(opening ? guesses : [])];
  const parts = name ? lessons[name].parts.length : slides.length;
  const at = Math.min(part, parts - 1);
  const size = useWindow();
  const here = `${lesson} ${at} ${size}`;
  // Where chart and text do not fit together, known once they were drawn.
  const [tight, setTight] = useState('');
  const onTight = useCallback(
    (reading: boolean) => {
      setTight(here);
      // Whoever opened an answer beside the chart goes on reading it.
      if (reading) useShown.setState({ slide: Infinity });
    },
    [here],
  );
  const steps = name && tight === here ? [...figuresOf(defined(lessons[name].parts[at]).chart), 'text'] : [''];
  const now = Math.min(step, steps.length - 1);
  const [blank, setBlank] = useState(false);
  const move = (by: 1 | -1) => {
    if (blank) return setBlank(false);
    if (now + by >= 0 && now + by < steps.length) return useShown.setState({ slide: now + by });
    if (at + by < 0 || at + by >= parts) return;
    // Going back ends at the last step of the part before, however many it has.
    useShown.setState({ part: at + by, slide: by > 0 ? 0 : Infinity });
  };
  const moveTo = (part: number, slide: number) => {
    setBlank(false);
    useShown.setState({ part, slide });
  };
  const full = useFullscreen();
  usePageKeys(true, move, { first: () => moveTo(0, 0), last: () => moveTo(parts - 1, Infinity), blank: () => setBlank(!blank), ...(full && { screen: full.toggle }) });
  useStaged();
  useEffect(() => void scrollTo(0, 0), [here, now]);
  const onward = name ? onwardFrom(name) : undefined;
  return (
    <div className={css.room}>
      {blank && <button type="button" className={css.blank} aria-label={lessonWords.unblank} onClick={() => setBlank(false)} />}
      {name ? (
        <PartPieces key={`${name} ${at}`} name={name} at={at}>
          {(pieces) => <Present pieces={pieces} step={defined(steps[now])} onTight={onTight} />}
        </PartPieces>
      ) : opening && at === 0 ? (
        <div className={css.sheet}>{opening}</div>
      ) : (
        <Slide view={view} name={defined(slides[at])} />
      )}
      <Deck
        at={at}
        parts={parts}
        words={steps.length > 1 ? lessonWords.partStep(at + 1, parts, (lessonWords.steps as Readonly<Record<string, string | undefined>>)[defined(steps[now])] ?? lessonWords.figure) : lessonWords.part(at + 1, parts)}
        first={at === 0 && now === 0}
        last={at === parts - 1 && now === steps.length - 1}
        onMove={move}
        onward={onward}
      >
        {full && (
          <Button kind="quiet" onClick={full.toggle}>
            {full.on ? lessonWords.windowed : lessonWords.fullscreen}
          </Button>
        )}
      </Deck>
    </div>
  );
}

/** Sizes for a room while this is there; the keys are its own from the start, and the focus goes back to where it was. */
function useStaged(): void {
  useLayoutEffect(() => {
    document.documentElement.dataset.mode = 'present';
    document.getElementById('main')?.focus({ preventScroll: true });
    return () => {
      delete document.documentElement.dataset.mode;
      leaveFullscreen();
      // What began it is drawn again after this.
      requestAnimationFrame(() => {
        const again = document.getElementById(presenterId());
        (again?.checkVisibility() ? again : document.getElementById('main'))?.focus({ preventScroll: true });
      });
    };
  }, []);
}

/** A part: chart and text together, or one of them. */
function Present({ pieces: { title, lesson, chart, source, text }, step, onTight }: { pieces: Pieces; step: string; onTight: (reading: boolean) => void }) {
  const sheet = useRef<HTMLDivElement>(null);
  const together = step === '';
  useLayoutEffect(() => {
    if (!together) return;
    const look = () => {
      const box = sheet.current!;
      if ([box, ...box.children].some((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)) onTight(box.querySelector('details[open]') !== null);
    };
    look();
    const observer = new ResizeObserver(look);
    for (const one of sheet.current!.querySelectorAll(':scope > *, :scope > * > *')) observer.observe(one);
    return () => observer.disconnect();
  }, [together, onTight]);
  return (
    <div ref={sheet} className={together ? `${css.sheet} ${css.beside}` : css.sheet}>
      {step !== 'text' && (
        <Room title={title}>
          {chart(together ? undefined : step)}
          {source}
        </Room>
      )}
      {(together || step === 'text') && (
        <aside className={together ? css.lesson : `${css.lesson} ${css.spread}`} aria-label={lessonWords.lesson}>
          {together ? <h2>{lesson}</h2> : <h1>{title}</h1>}
          <div>{text}</div>
        </aside>
      )}
    </div>
  );
}
