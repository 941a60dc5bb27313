import { Button } from '../../kit/controls/Button';
import { partsOf } from '../../../language/format';
import { useKeptElsewhere } from '../analyses/analyses';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { changeSettings, useSettings } from '../settings/settings';
import css from '../figures/landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** Kept analyses of runs on other data or another model, with a button that chooses those again. */
export function KeptElsewhere({ kind }: { kind: 'landscape' | 'inside' }) {
  const found = useKeptElsewhere(kind);
  const catalog = useCatalog();
  const chosen = useSettings(({ model }) => model);
  return found
    .filter(({ spec }) => modelById(catalog, spec.model) && dataById(catalog, spec.data))
    .map(({ spec: { model, data }, dataTitle, modelTitle }) => {
      const other = model !== chosen;
      const title = partsOf([dataTitle, other && modelTitle]);
      return (
        <p key={title} className={css.caption}>
          {landscapeWords.elsewhere(kind, title)}{' '}
          <Button kind="link" onClick={() => changeSettings({ data, ...(other && { model, targets: [] }) })}>
            {landscapeWords.choose(title)}
          </Button>
        </p>
      );
    });
}
