import { useEffect, useState } from 'react';
import { closeToast, useToasts, type ToastEntry } from '../store/toast';
import { t } from '../strings';
import { Button } from './Button';
import { Sign } from './Sign';
import css from './controls.module.css';

const lasts = 10_000;

/** What was just done, with the way back for ten seconds; the time waits while pointed at or focused. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className={css.toasts} role="status">
      {toasts.map((entry) => (
        <Toast key={entry.id} entry={entry} />
      ))}
    </div>
  );
}

function Toast({ entry }: { entry: ToastEntry }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => closeToast(entry.id), lasts);
    return () => clearTimeout(timer);
  }, [held, entry.id]);
  return (
    <div className={css.toast} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Sign name="ok" />
      <span>{entry.text}</span>
      {entry.undo && (
        <Button small onClick={() => closeToast(entry.id, true)}>
          {t.toast.undo} <kbd>{t.toast.undoKey}</kbd>
        </Button>
      )}
      {entry.redo && (
        <Button
          small
          onClick={() => {
            closeToast(entry.id);
            entry.redo!();
          }}
        >
          {t.toast.redo} <kbd>{t.toast.redoKey}</kbd>
        </Button>
      )}
      <Button kind="quiet" small onClick={() => closeToast(entry.id)}>
        {t.toast.close}
      </Button>
    </div>
  );
}
