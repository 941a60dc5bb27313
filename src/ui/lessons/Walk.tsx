import { useState } from 'react';
import type { Landscape } from '../../train/analysis.meta';
import type { Place } from '../charts/Contour';
import { Surface } from '../charts/Surface';
import { wholeStride } from '../charts/plane';
import { LandscapeLines } from '../panels/LandscapeLines';
import { LandscapeMap, summaryOf } from '../panels/LandscapeMap';
import { namesOf } from '../panels/landscapeFindings';
import { LandscapeWork } from '../panels/LandscapeStart';
import { lessonWords } from '../words/lessons';
import { spokenSet } from '../words/walk';
import type { Part } from './lessons';
import css from './stage.module.css';

/** The plane of the three runs, as a part of the lesson looks at it, and how far its measurement is. */
export default function Walk({ view, made }: { view: Part['chart']; made: Landscape | null }) {
  const [cursor, setCursor] = useState<Place | null>(null);
  const at = made ? spokenSet(made) : 0;
  return (
    <>
      <LandscapeWork />
      {!made ? (
        <p>{lessonWords.walk.empty}</p>
      ) : view === 'between' ? (
        made.lines.length < 2 ? <p>{lessonWords.walk.noLines}</p> : <LandscapeLines made={made} quantity="loss" names={namesOf(made)} />
      ) : (
        <div className={view === 'plane' ? css.two : css.one}>
          <LandscapeMap made={made} at={at} quantity="loss" paths={view === 'paths'} cursor={cursor} onCursor={setCursor} />
          {view === 'plane' && wholeStride(made, made.sets[at]) !== null && <Surface made={made} set={at} quantity="loss" paths={false} names={namesOf(made)} summary={summaryOf(made, at, 'loss')} />}
        </div>
      )}
    </>
  );
}
