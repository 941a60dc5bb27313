import type { ReactNode } from 'react';
import { Button } from '../kit/controls/Button';
import { leaveStage } from '../core/storage/shown';
import { lessonWords } from './words/lessons';
import css from '../core/parts/stage.module.css';

interface Props {
  /** The part or figure in sight, from 0, of so many. */
  at: number;
  parts: number;
  /** The current place, in words. */
  words: string;
  first: boolean;
  last: boolean;
  onMove: (by: 1 | -1) => void;
  /** The way on after the last one. */
  onward?: { text: string; go: () => void };
  /** Buttons before those that move. */
  children?: ReactNode;
}

/** The line under a lesson or a presentation: the current place, and the ways on, back and out. */
export function Deck({ at, parts, words, first, last, onMove, onward, children }: Props) {
  return (
    <div className={css.deck}>
      <span className={css.others}>
        {children}
        <Button kind="quiet" onClick={leaveStage}>
          {lessonWords.leave} <kbd>Esc</kbd>
        </Button>
      </span>
      <div className={css.deckLine}>
        <ol aria-label={lessonWords.progress(at + 1, parts)}>
          {Array.from({ length: parts }, (_, i) => (
            <li key={i} className={i === at ? css.now : i < at ? css.past : undefined} aria-current={i === at ? 'step' : undefined} />
          ))}
        </ol>
        <span aria-live="polite">{words}</span>
        <span className={css.moves}>
          <Button disabled={first} onClick={() => onMove(-1)}>
            {lessonWords.back} <kbd>←</kbd>
          </Button>
          {last && onward ? (
            <Button kind="primary" onClick={onward.go}>
              {onward.text}
            </Button>
          ) : (
            <Button kind="primary" disabled={last} onClick={() => onMove(1)}>
              {lessonWords.next} <kbd>→</kbd>
            </Button>
          )}
        </span>
      </div>
    </div>
  );
}
