import { formatCount } from '../../language/format';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { useSettings } from '../core/settings/settings';
import { lessonWords } from './words/lessons';
import type { WhatIf } from './whatIf';
import css from '../core/parts/stage.module.css';

/** Source of the plans: data, model and batch, and whether these are the person's settings. */
export function Planned({ what: { train, tried } }: { what: WhatIf }) {
  const { data, model } = useSettings();
  const catalog = useCatalog();
  return (
    <p className={css.source}>
      <span className={css.tag}>{lessonWords.planned}</span>
      <span className={css.about}>{lessonWords.plannedOf(dataById(catalog, data)?.title ?? data, modelById(catalog, model)?.title ?? model, formatCount(Number(train.batch)), tried)}</span>
    </p>
  );
}
