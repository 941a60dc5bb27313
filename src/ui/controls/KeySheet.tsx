import { useEffect, useRef } from 'react';
import { changeSettings, useSettings } from '../store/settings';
import { t } from '../strings';
import { Button } from './Button';
import { Check } from './Check';
import css from './controls.module.css';

/** All keys on one sheet. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const shortcuts = useSettings((settings) => settings.shortcuts);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={css.sheet} aria-labelledby="keys-title" onClose={onClose}>
      <header>
        <h2 id="keys-title">{t.keys.title}</h2>
        <Button small onClick={onClose}>
          {t.keys.close}
        </Button>
      </header>
      <dl className={css.keys}>
        {t.keys.list.map(([key, deed]) => (
          <div key={key}>
            <dt>
              <kbd className={css.kbd}>{key}</kbd>
            </dt>
            <dd>{deed}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Check checked={shortcuts} onChange={(on) => changeSettings({ shortcuts: on })}>
          {t.keys.letters}
        </Check>
      </p>
    </dialog>
  );
}
