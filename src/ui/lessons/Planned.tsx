import { formatCount } from '../../language/format';
import { YARDSTICK } from '../../adapters/fields';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { trainConfig } from '../core/runs/specs';
import { useSettings } from '../core/settings/settings';
import { lessonWords } from './words/lessons';
import { memorySpecs, type WhatIf } from './whatIf';
import { defined } from '../../numbers/defined';
import css from '../core/parts/stage.module.css';

/** Source of the plans: data, model and batch, of the lesson or, without it, as they are set in Train. */
export function Planned({ what }: { what?: WhatIf }) {
  const settings = useSettings();
  const catalog = useCatalog();
  const { data, model } = what ? defined(memorySpecs({})[0]) : settings;
  const { batch } = what ? what.train : trainConfig(YARDSTICK, settings, catalog.device?.software ?? false);
  return (
    <p className={css.source}>
      <span className={css.tag}>{lessonWords.planned}</span>
      <span className={css.about}>{lessonWords.plannedOf(dataById(catalog, data)?.title ?? data, modelById(catalog, model)?.title ?? model, formatCount(batch), what ? (what.tried ? 'tried' : 'lesson') : 'own')}</span>
    </p>
  );
}
