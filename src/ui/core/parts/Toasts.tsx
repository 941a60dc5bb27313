import { useEffect, useRef, useState } from 'react';
import { useSheets } from '../../kit/controls/sheets';
import { newestUndoable } from '../settings/history';
import { useSettings } from '../settings/settings';
import { closeToast, useToasts, type ToastEntry } from '../../kit/toast';
import { Button } from '../../kit/controls/Button';
import { Sign } from '../../kit/controls/Sign';
import { useKeepFocus } from '../../kit/controls/useKeepFocus';
import css from '../../kit/controls/controls.module.css';
import { toastWords } from '../words/toast';

const lasts = 10_000;

/** Notes on what was just done, with a way to undo it for ten seconds; the time waits while pointed at or focused. Shown once: in the sheet that lies over everything, or in the page. */
export function Toasts({ sheet = '' }: { sheet?: string }) {
  const all = useToasts((state) => state.toasts);
  // A newer change of theirs is what the key undoes then.
  useSettings();
  const byKey = newestUndoable();
  const toasts = useSheets((state) => (state.open.at(-1) ?? '') === sheet) ? all : [];
  const box = useRef<HTMLDivElement>(null);
  // Where the focus came from, to which it goes back with the toast.
  const from = useRef<HTMLElement | null>(null);
  useKeepFocus(box, () => (from.current?.isConnected ? from.current : document.getElementById('main')));
  const enter = ({ relatedTarget }: { relatedTarget: EventTarget | null }) => {
    if (relatedTarget instanceof HTMLElement && !box.current?.contains(relatedTarget)) from.current = relatedTarget;
  };
  return (
    <div ref={box} className={css.toasts} role="status" onFocus={enter}>
      {toasts.map((entry) => (
        <Toast key={entry.id} entry={entry} byKey={entry === byKey} />
      ))}
    </div>
  );
}

function Toast({ entry, byKey }: { entry: ToastEntry; /** True if the key for undoing does what the toast's button does. */ byKey: boolean }) {
  const [held, setHeld] = useState(false);
  // Its time goes on where a sheet opens or closes meanwhile, and begins anew when nobody holds it any more.
  const until = useRef(entry.at + lasts);
  useEffect(() => {
    if (held) return () => void (until.current = Date.now() + lasts);
    const timer = setTimeout(() => closeToast(entry.id), Math.min(lasts, Math.max(0, until.current - Date.now())));
    return () => clearTimeout(timer);
  }, [held, entry.id]);
  return (
    <div className={css.toast} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Sign name="ok" />
      <span>{entry.text}</span>
      {entry.undo && (
        <Button small onClick={() => closeToast(entry.id, true)}>
          {toastWords.undo} {byKey && <kbd>{toastWords.undoKey}</kbd>}
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
          {toastWords.redo} <kbd>{toastWords.redoKey}</kbd>
        </Button>
      )}
      <Button kind="quiet" small onClick={() => closeToast(entry.id)}>
        {toastWords.close}
      </Button>
    </div>
  );
}
