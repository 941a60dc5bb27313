import { useEffect, useRef } from 'react';
import { Button } from '../../kit/controls/Button';
import { part } from '../../kit/controls/Part';
import { Note } from '../../kit/controls/Sign';
import { showHub, useHub, type HubKind } from '../data/hub';
import { HubForm } from './HubForm';
import { HubProgress } from './HubProgress';
import css from './hub.module.css';
import { hubKinds } from '../words/hub';

const CachedModels = part(() => import('./CachedModels').then((module) => module.CachedModels));
const ModelList = part(() => import('./ModelList').then((module) => module.ModelList));

const buttonId = (kind: HubKind): string => `from-hub-${kind}`;

/** Opens and closes the form of a kind. */
export function HubButton({ kind }: { kind: HubKind }) {
  const shown = useHub((hub) => hub.shown === kind);
  return (
    <span id={buttonId(kind)}>
      <Button small expanded={shown} onClick={() => showHub(kind, !shown)}>
        {hubKinds[kind].open}
      </Button>
    </span>
  );
}

/** Section under the button: the form, and what is kept. A load goes on, in sight, when the form is closed. */
export function HubSection({ kind }: { kind: HubKind }) {
  const shown = useHub((hub) => hub.shown === kind);
  const { load, notice } = useHub((hub) => hub[kind]);
  const had = useRef(false);
  // The focus was in the form that has gone: it goes back to the button that opened it.
  useEffect(() => {
    if (had.current && !shown && document.activeElement === document.body) document.querySelector<HTMLElement>(`#${buttonId(kind)} button`)?.focus();
    had.current = shown;
  }, [kind, shown]);
  return (
    <>
      {shown && (
        <section className={kind === 'runs' ? `${css.box} ${css.narrow}` : css.box} aria-label={hubKinds[kind].form} onKeyDown={(event) => event.key === 'Escape' && showHub(kind, false)}>
          {kind === 'model' && <ModelList />}
          <HubForm kind={kind} />
          {kind !== 'runs' && <CachedModels />}
        </section>
      )}
      {!shown && load && <HubProgress kind={kind} load={load} />}
      <div role="status">{notice && <Note sign="info">{notice}</Note>}</div>
    </>
  );
}
