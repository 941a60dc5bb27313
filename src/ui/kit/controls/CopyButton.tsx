import { useEffect, useState, type ReactNode } from 'react';
import { copyText } from '../copy';
import { Button } from './Button';
import css from './controls.module.css';
import { copyWords } from '../words/controls';

interface Props {
  /** The text to copy. */
  text: string;
  /** The text stands beside it, so that it can be copied by hand. */
  shown?: boolean;
  /** Told whether it went well; without it a refusal is said beside the button. */
  onDone?: (ok: boolean) => void;
  children: ReactNode;
  kind?: 'plain' | 'primary' | 'link';
  small?: boolean;
}

/** Time for which it says that it has copied, in milliseconds. */
const doneFor = 2500;

/** Copies a text, and says so itself for a while, in the room that its words take anyway: a message elsewhere would cover something. */
export function CopyButton({ text, shown = false, onDone, children, kind, small }: Props) {
  const [copies, setCopies] = useState({ count: 0, done: false, refused: false });
  const { count, done, refused } = copies;
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setCopies((now) => ({ ...now, done: false })), doneFor);
    return () => clearTimeout(timer);
  }, [count, done]);
  const copy = async () => {
    const ok = await copyText(text);
    setCopies({ count: count + 1, done: ok, refused: !ok && !onDone });
    onDone?.(ok);
  };
  return (
    <>
      <Button kind={kind} small={small} onClick={() => void copy()}>
        <span className={css.either}>
          <span className={done ? css.unseen : undefined}>{children}</span>
          <span className={done ? undefined : css.unseen}>{copyWords.copied}</span>
        </span>
      </Button>
      <span className="sr" role="status">
        {done && copyWords.copied}
      </span>
      {refused && (
        <span className={css.byHand} role="status">
          {copyWords.byHand(shown ? '' : text)}
        </span>
      )}
    </>
  );
}
