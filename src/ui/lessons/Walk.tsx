import { useState } from 'react';
import { defined } from '../../numbers/defined';
import type { Landscape } from '../../analysis/analysis.meta';
import type { Place } from '../core/figures/Contour';
import { Surface, useFlat } from '../core/figures/Surface';
import { wholeStride } from '../kit/charts/plane';
import { LandscapeLines } from '../core/figures/LandscapeLines';
import { LandscapeMap, summaryOf } from '../core/figures/LandscapeMap';
import { namesOf } from '../core/analyses/landscapeFindings';
import { LandscapeWork } from '../core/parts/LandscapeStart';
import { walkActionWords } from '../core/words/walkAction';
import { spokenSet } from './words/walk';
import type { ChartName } from './lessons';
import css from '../core/parts/stage.module.css';

/** The plane of three runs, as a part of the lesson looks at it, or one figure of that alone; and how far a measurement is. */
export default function Walk({ view, figure, made }: { view: ChartName; figure?: string; made: Landscape }) {
  const [cursor, setCursor] = useState<Place | null>(null);
  const at = spokenSet(made);
  const whole = wholeStride(made, defined(made.sets[at])) !== null;
  const flat = useFlat((state) => state.flat);
  const both = view === 'plane' && !figure && whole;
  return (
    <>
      <LandscapeWork />
      {view === 'between' ? (
        made.lines.length < 2 ? <p>{walkActionWords.noLines}</p> : <LandscapeLines made={made} quantity="loss" names={namesOf(made)} />
      ) : (
        <div className={both ? css.two : css.one}>
          {(figure !== 'surface' || flat) && <LandscapeMap made={made} at={at} quantity="loss" paths={view === 'paths'} cursor={cursor} onCursor={setCursor} />}
          {(both || (figure === 'surface' && !flat)) && whole && <Surface made={made} set={at} quantity="loss" paths={false} names={namesOf(made)} summary={summaryOf(made, at, 'loss')} />}
        </div>
      )}
    </>
  );
}
