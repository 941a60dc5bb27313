import { useEffect, useRef } from 'react';
import { Button } from '../controls/Button';
import { Note } from '../controls/Sign';
import { showHub, useHub } from '../store/hub';
import { t } from '../strings';
import { CachedModels } from './CachedModels';
import { HubForm } from './HubForm';
import { HubProgress } from './HubProgress';
import css from './hub.module.css';

const buttonId = 'from-hub';

/** Opens and closes the form. */
export function HubButton() {
  const shown = useHub((hub) => hub.shown);
  return (
    <span id={buttonId}>
      <Button small expanded={shown} onClick={() => showHub(!shown)}>
        {t.hub.open}
      </Button>
    </span>
  );
}

/** What the button opens: the form, and what is kept. A load goes on, and is seen, when the form is closed. */
export function HubSection() {
  const { shown, load, notice } = useHub();
  const had = useRef(false);
  // The focus was in the form that has gone: it goes back to the button that opened it.
  useEffect(() => {
    if (had.current && !shown && document.activeElement === document.body) document.querySelector<HTMLElement>(`#${buttonId} button`)?.focus();
    had.current = shown;
  }, [shown]);
  return (
    <>
      {shown && (
        <section className={css.box} aria-label={t.hub.form} onKeyDown={(event) => event.key === 'Escape' && showHub(false)}>
          <HubForm />
          <CachedModels />
        </section>
      )}
      {!shown && load && <HubProgress load={load} />}
      <div role="status">{notice && <Note sign="info">{notice}</Note>}</div>
    </>
  );
}
