import { useState } from 'react';
import { defined } from '../../numbers/defined';
import type { Landscape } from '../../train/analysis.meta';
import type { Place } from '../charts/Contour';
import { Surface } from '../charts/Surface';
import { wholeStride } from '../charts/plane';
import { LandscapeLines } from '../panels/LandscapeLines';
import { LandscapeMap, summaryOf } from '../panels/LandscapeMap';
import { namesOf } from '../panels/landscapeFindings';
import { LandscapeWork } from '../panels/LandscapeStart';
import { walkDeedWords } from '../words/walkDeed';
import { spokenSet } from '../words/walk';
import type { ChartName } from './lessons';
import css from './stage.module.css';

/** The plane of three runs, as a part of the lesson looks at it, or one figure of that alone; and how far a measurement is. */
export default function Walk({ view, figure, made }: { view: ChartName; figure?: string; made: Landscape }) {
  const [cursor, setCursor] = useState<Place | null>(null);
  const at = spokenSet(made);
  const whole = wholeStride(made, defined(made.sets[at])) !== null;
  const both = view === 'plane' && !figure && whole;
  return (
    <>
      <LandscapeWork />
      {view === 'between' ? (
        made.lines.length < 2 ? <p>{walkDeedWords.noLines}</p> : <LandscapeLines made={made} quantity="loss" names={namesOf(made)} />
      ) : (
        <div className={both ? css.two : css.one}>
          {figure !== 'surface' && <LandscapeMap made={made} at={at} quantity="loss" paths={view === 'paths'} cursor={cursor} onCursor={setCursor} />}
          {(both || figure === 'surface') && whole && <Surface made={made} set={at} quantity="loss" paths={false} names={namesOf(made)} summary={summaryOf(made, at, 'loss')} />}
        </div>
      )}
    </>
  );
}
