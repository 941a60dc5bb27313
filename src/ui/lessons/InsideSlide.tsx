import type { ComponentType } from 'react';
import { defined } from '../../numbers/defined';
import type { Inside } from '../../analysis/analysis.meta';
import { Drift } from '../core/figures/InsideDrift';
import { Cka, Spectrum, type InsideProps } from '../core/figures/InsideFigures';
import { ckaFinding, driftFinding, spectrumFinding } from '../core/analyses/insideFindings';
import { Angles, Ranks } from '../core/figures/InsideLayers';
import { namesOf } from '../core/analyses/landscapeFindings';
import { lessonWords } from './words/lessons';
import { Fit } from './Fit';
import { useLookInside } from './parts';
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
  const { made, source } = useLookInside();
  const { Figure, found, grows } = defined(figures[figure]);
  const title = found?.(made, namesOf(made)) ?? insideWords.title;
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
