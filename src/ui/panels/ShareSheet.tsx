import { useId, useRef, useState } from 'react';
import { Button } from '../controls/Button';
import { Check } from '../controls/Check';
import { Sheet } from '../controls/Sheet';
import { Note } from '../controls/Sign';
import controls from '../controls/controls.module.css';
import { copyLink, hideShare, needsOwn, sharedLink, useShare } from '../store/share';
import { fixedPanels, setHidden, smallParts, useShown } from '../store/shown';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import { panels } from '.';
import css from './share.module.css';

/** Everything that can be left out, in the order of the page. */
const partsOf = (): string[] => [...panels.map(({ name }) => name).filter((name) => !fixedPanels.includes(name)), ...smallParts];

/** A link to the page as it is, and what of it the link shows. */
export function ShareSheet() {
  const open = useShare((state) => state.open);
  return (
    <Sheet open={open} title={t.share.title} onClose={hideShare}>
      <Body />
    </Sheet>
  );
}

function Body() {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState(false);
  const present = useShare((state) => state.present);
  const { hide } = useShown();
  const parts = partsOf();
  // The link follows them.
  useSettings();
  const copy = async () => {
    const copied = await copyLink();
    setRefused(!copied);
    if (!copied) field.current?.select();
  };
  return (
    <div className={css.body}>
      <p>{t.share.what}</p>
      <div className={css.link}>
        <label htmlFor={id}>{t.share.link}</label>
        <input ref={field} id={id} className={controls.input} readOnly value={sharedLink()} onFocus={(event) => event.currentTarget.select()} />
        <Button kind="primary" onClick={() => void copy()}>
          {t.share.copy}
        </Button>
      </div>
      <div role="status">{refused && <Note sign="info">{t.share.byHand}</Note>}</div>
      {needsOwn() && <Note sign="warn">{t.share.own}</Note>}
      <Check checked={present} onChange={(on) => useShare.setState({ present: on })}>
        {t.share.present}
      </Check>
      <fieldset>
        <legend>{t.share.view}</legend>
        <p className={css.hint}>{t.share.viewHint}</p>
        <div className={css.parts}>
          {parts.map((name) => (
            <Check key={name} checked={!hide.includes(name)} onChange={(on) => setHidden(name, !on)}>
              {t.share.part(name)}
            </Check>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
