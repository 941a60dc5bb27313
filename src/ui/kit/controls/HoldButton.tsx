import { useState, type KeyboardEvent, type ReactNode } from 'react';
import css from './controls.module.css';

interface Props {
  children: ReactNode;
  disabled?: boolean;
  describedBy?: string;
  /** With true when it is pressed down, by mouse, finger, Space or Enter, and with false when it is let go. */
  onHold: (held: boolean) => void;
}

/** A button that acts as long as it is held. */
export function HoldButton({ children, disabled = false, describedBy, onHold }: Props) {
  const [held, setHeld] = useState(false);
  const hold = (now: boolean) => {
    if (now === held || (now && disabled)) return;
    setHeld(now);
    onHold(now);
  };
  const onKey = (event: KeyboardEvent, now: boolean) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (!event.repeat) hold(now);
  };
  return (
    <button
      type="button"
      className={`${css.btn} ${css.primary} ${css.hold}`}
      disabled={disabled && !held}
      aria-pressed={held}
      aria-describedby={describedBy}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // The finger may leave the button and still hold it.
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
      }}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onLostPointerCapture={() => hold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => onKey(event, true)}
      onKeyUp={(event) => onKey(event, false)}
      onBlur={() => hold(false)}
    >
      {children}
    </button>
  );
}
