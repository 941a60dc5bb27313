import { changeSettings, useSettings } from '../store/settings';
import { Check } from './Check';
import { Sheet } from './Sheet';
import css from './controls.module.css';
import { keyWords } from '../words/keys';

/** All keys on one sheet. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shortcuts = useSettings((settings) => settings.shortcuts);
  return (
    <Sheet open={open} title={keyWords.title} onClose={onClose}>
      <dl className={css.keys}>
        {keyWords.list.map(([key, deed]) => (
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
          {keyWords.letters}
        </Check>
      </p>
    </Sheet>
  );
}
