import { changeSettings, useSettings } from '../core/settings/settings';
import { Check } from '../kit/controls/Check';
import { Sheet } from '../core/parts/Sheet';
import css from '../kit/controls/controls.module.css';
import { keyWords } from '../core/words/keys';

/** All keys on one sheet. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shortcuts = useSettings((settings) => settings.shortcuts);
  return (
    <Sheet open={open} title={keyWords.title} onClose={onClose}>
      <dl className={css.keys}>
        {keyWords.list.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd className={css.kbd}>{key}</kbd>
            </dt>
            <dd>{action}</dd>
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
