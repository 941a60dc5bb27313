import { dataById, useCatalog } from '../core/data/catalog';
import { specFor } from '../core/data/open';
import { foundRate } from '../core/runs/foundRates';
import { useKeptRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import css from './methods.module.css';
import { foundWords } from './words/found';

/** Says where the rates are from that runs begin with; nothing where none was found before. */
export default function FoundRates() {
  const settings = useSettings();
  const catalog = useCatalog();
  const runs = useKeptRuns();
  if (settings.findRates || catalog.rows.length === 0) return null;
  const found = settings.methods.flatMap((method) => {
    const spec = settings.lr[method] === undefined ? specFor(method, '', '') : null;
    return (spec && foundRate(spec, runs)) ?? [];
  });
  return found.length > 0 && <p className={css.hint}>{foundWords.on(dataById(catalog, settings.data)?.title ?? '', found.some(({ own }) => own))}</p>;
}
