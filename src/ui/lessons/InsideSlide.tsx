import { use, useMemo, type ComponentType } from 'react';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import type { Inside } from '../../analysis/analysis.meta';
import { Drift } from '../core/figures/InsideDrift';
import { Cka, Spectrum, type InsideProps } from '../core/figures/InsideFigures';
import { ckaFinding, driftFinding, spectrumFinding } from '../core/analyses/insideFindings';
import { Angles, Ranks } from '../core/figures/InsideLayers';
import { namesOf } from '../core/analyses/landscapeFindings';
import { runsOf, useAnalysable } from '../core/analyses/analyses';
import { lookable, useInsideOf } from '../core/analyses/inside';
import { openInside } from '../core/analyses/recordedAnalyses';
import { seedWords } from '../core/figures/pictureOf';
import { lessonWords } from './words/lessons';
import { Fit } from './Fit';
import { aboutRuns } from './parts';
import { Room } from './Room';
import css from '../core/parts/stage.module.css';
import { insideWords } from '../core/words/inside';

/** Each figure, what was found in it, and whether its drawing is of any height. */
const figures: Record<string, { Figure: ComponentType<InsideProps>; found?: (made: Inside, names: string[]) => string; grows?: boolean }> = {
  spectrum: { Figure: Spectrum, found: spectrumFinding, grows: true },
  cka: { Figure: Cka, found: ckaFinding, grows: true },
  ranks: { Figure: Ranks },
  drift: { Figure: Drift, found: driftFinding },
  angles: { Figure: Angles },
};

/** A figure of what the methods did to the model, of this project's runs where they were analysed, else of the recorded ones, which are named. */
export default function InsideSlide({ figure }: { figure: string }) {
  const analysable = useAnalysable();
  const { made: own } = useInsideOf(useMemo(() => lookable(analysable), [analysable]));
  const { inside, data_title, model_title } = use(openInside());
  const made = own ?? inside;
  const { Figure, found, grows } = defined(figures[figure]);
  const title = found?.(made, namesOf(made)) ?? insideWords.title;
  const source = (
    <p className={css.source}>
      <span className={css.tag}>{lessonWords.whose[own ? 'own' : 'recorded']}</span>
      <span className={css.about}>{own ? aboutRuns(runsOf(own, analysable)) : lessonWords.about(data_title, model_title, formatCount(defined(inside.runs[0]).spec.train.steps), seedWords(inside.runs))}</span>
    </p>
  );
  return (
    <div className={css.sheet}>
      {grows ? (
        <Room title={title}>
          <Figure made={made} slide />
          {source}
        </Room>
      ) : (
        <section className={css.chart}>
          <h1>{title}</h1>
          <h2 className="sr">{lessonWords.chart}</h2>
          <Fit>
            <Figure made={made} slide />
            {source}
          </Fit>
        </section>
      )}
    </div>
  );
}
