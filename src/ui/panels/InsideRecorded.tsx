import { use } from 'react';
import { openInside } from '../store/recordedAnalyses';
import { t } from '../strings';
import { Cka, Spectrum } from './InsideFigures';
import recorded from './recorded.module.css';
import css from '../charts/landscape.module.css';

/** What three recorded runs did to the model: what there will be to see, where nothing of one's own is trained yet. */
export function InsideRecorded() {
  const { inside: made, model_title, data_title } = use(openInside());
  return (
    <section className={css.recorded} aria-label={t.inside.recorded}>
      <p>
        <span className={recorded.tag}>{t.inside.recorded}</span> <span className={css.caption}>{t.landscape.recordedOn(model_title, data_title, made.runs[0].spec.train.steps)}</span>
      </p>
      <div className={css.halves}>
        <Spectrum made={made} />
        <Cka made={made} />
      </div>
    </section>
  );
}
