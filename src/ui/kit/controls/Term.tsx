import { useId, type KeyboardEvent, type ReactNode, type ToggleEvent } from 'react';
import { terms, type TermName } from '../words/terms';
import css from './term.module.css';

/** Room between the word and its definition, and between that and the edge of the window, in px. */
const gap = 6;

/** Below the word, or above it where there is no room; never beyond the window. */
function place(box: HTMLElement, word: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = word.bottom + gap + height < innerHeight || word.top < height + 2 * gap;
  box.style.left = `${Math.max(gap, Math.min(word.left, innerWidth - width - gap))}px`;
  box.style.top = `${below ? word.bottom + gap : word.top - gap - height}px`;
}

/** A word of the field, by the name of its definition. `then` is what follows: no line begins with the sign that it begins with. */
export function Term({ name, then = '', children }: { name: TermName; then?: string; children: ReactNode }) {
  const [sign] = /^\p{P}?/u.exec(then)!;
  return (
    <>
      <span className={sign && css.whole}>
        <Definition of={children}>{terms[name]}</Definition>
        {sign}
      </span>
      {then.slice(sign.length)}
    </>
  );
}

/**
 * A word that opens its definition where it stands. The definition also describes the button, so it is read
 * aloud with the word; Escape, a click elsewhere or a scroll closes it.
 */
export function Definition({ of, children }: { of: ReactNode; children: ReactNode }) {
  const id = useId();
  const box = () => document.getElementById(id);
  const onToggle = (event: ToggleEvent<HTMLElement>) => {
    const shown = event.currentTarget;
    if (event.newState !== 'open') return;
    const word = document.getElementById(`${id}-word`)!;
    const { left, top } = word.getBoundingClientRect();
    place(shown, word.getBoundingClientRect());
    // The scroll that brought the word here with the focus may be told only now: what counts is whether the word has moved.
    const onScroll = () => {
      const now = word.getBoundingClientRect();
      if (shown.matches(':popover-open') && now.left === left && now.top === top) return;
      removeEventListener('scroll', onScroll, true);
      shown.hidePopover();
    };
    addEventListener('scroll', onScroll, { capture: true, passive: true });
  };
  // A lesson or a sheet around it stays.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !box()?.matches(':popover-open')) return;
    event.preventDefault();
    event.stopPropagation();
    box()!.hidePopover();
  };
  return (
    <>
      <button id={`${id}-word`} type="button" className={css.word} popoverTarget={id} aria-describedby={id} onKeyDown={onKeyDown}>
        {of}
      </button>
      <span id={id} popover="auto" className={css.definition} onToggle={onToggle} onKeyDown={onKeyDown}>
        {children}
      </span>
    </>
  );
}
