import { useMemo, type ComponentType } from 'react';
import type { Inside } from '../../train/analysis.meta';
import { Drift } from '../panels/InsideDrift';
import { Cka, Spectrum } from '../panels/InsideFigures';
import { Angles, Ranks } from '../panels/InsideLayers';
import { useAnalysable } from '../store/analyses';
import { lookable, useInsideOf } from '../store/inside';
import { t } from '../strings';
import { lessonWords } from '../words/lessons';
import { Fit } from './Fit';
import css from './stage.module.css';

const figures: Record<string, ComponentType<{ made: Inside }>> = { spectrum: Spectrum, cka: Cka, ranks: Ranks, drift: Drift, angles: Angles };

/** A figure of what the methods did to the model. */
export default function InsideSlide({ figure }: { figure: string }) {
  const analysable = useAnalysable();
  const { made } = useInsideOf(useMemo(() => lookable(analysable), [analysable]));
  const Figure = figures[figure];
  return (
    <div className={css.sheet}>
      <section className={css.chart}>
        <h1>{t.inside.title}</h1>
        <h2 className="sr">{lessonWords.chart}</h2>
        {made ? (
          <Fit>
            <Figure made={made} />
          </Fit>
        ) : (
          <p>{lessonWords.presentation.nothing}</p>
        )}
      </section>
    </div>
  );
}
