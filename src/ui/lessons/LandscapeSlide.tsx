import { use, useState } from 'react';
import { defined } from '../../numbers/defined';
import type { Place } from '../core/figures/Contour';
import { wholeStride } from '../kit/charts/plane';
import { Surface, useFlat } from '../core/figures/Surface';
import { findingOf, namesOf } from '../core/analyses/landscapeFindings';
import { LandscapeLines } from '../core/figures/LandscapeLines';
import { LandscapeMap, summaryOf } from '../core/figures/LandscapeMap';
import { runsOf, useAnalysable } from '../core/analyses/analyses';
import { useLandscape, useLandscapeOf } from '../core/analyses/landscape';
import { useSettings } from '../core/settings/settings';
import { lessonWords } from './words/lessons';
import { openWalk } from '../core/analyses/recordedAnalyses';
import { About } from './parts';
import { Room } from './Room';
import css from '../core/parts/stage.module.css';
import { landscapeWords } from '../core/words/landscape';

/** A figure of the landscape, of this project's runs where there is one, else of the recorded ones, which may be on other data: they are named. */
export default function LandscapeSlide({ figure }: { figure: string }) {
  const analysable = useAnalysable();
  const { made: own } = useLandscapeOf(analysable);
  const { landscape, runs } = use(openWalk());
  const wanted = useLandscape(({ set }) => set);
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const [cursor, setCursor] = useState<Place | null>(null);
  const made = own ?? landscape;
  const at = Math.min(wanted, made.sets.length - 1);
  const names = namesOf(made);
  const flat = useFlat((state) => state.flat);
  return (
    <div className={css.sheet}>
      <Room title={findingOf(made, at) ?? landscapeWords.neutral[quantity]}>
        {figure === 'lines' ? (
          <LandscapeLines made={made} quantity={quantity} names={names} />
        ) : (
          <div className={css.one}>
            {figure === 'surface' && !flat && wholeStride(made, defined(made.sets[at])) !== null ? (
              <Surface made={made} set={at} quantity={quantity} paths={paths} names={names} summary={summaryOf(made, at, quantity)} />
            ) : (
              <LandscapeMap made={made} at={at} quantity={quantity} paths={paths} cursor={cursor} onCursor={setCursor} />
            )}
          </div>
        )}
        <p className={css.source}>
          <span className={css.tag}>{lessonWords.measured[own ? 'own' : 'recorded']}</span>
          <About runs={own ? runsOf(own, analysable) : runs} />
        </p>
      </Room>
    </div>
  );
}
