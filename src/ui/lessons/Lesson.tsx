import { useEffect } from 'react';
import { Button } from '../kit/controls/Button';
import { fetchLesson } from './source';
import { openTeacher, present, useShown } from '../core/storage/shown';
import { lessonWords } from './words/lessons';
import { Deck } from './Deck';
import { lessons } from './lessons';
import type { LessonName } from './names';
import { onwardFrom } from './onward';
import { PartPieces } from './parts';
import { usePageKeys } from './usePageKeys';
import css from '../core/parts/stage.module.css';

/** An open lesson in its view: one part at a time, chart and text beside each other. */
export default function Lesson({ name }: { name: LessonName }) {
  const part = useShown((shown) => shown.part);
  const { parts } = lessons[name];
  const at = Math.min(part, parts.length - 1);
  const move = (by: 1 | -1) => useShown.setState({ part: Math.max(0, Math.min(parts.length - 1, at + by)) });
  usePageKeys(false, move);
  useEffect(() => fetchLesson(name), [name]);
  return (
    <>
      <PartPieces key={`${name} ${at}`} name={name} at={at}>
        {({ title, lesson, chart, source, text }) => (
          <div className={css.stage}>
            <section className={css.chart}>
              <h1 id="lesson" tabIndex={-1}>
                {title}
              </h1>
              <h2 className="sr">{lessonWords.chart}</h2>
              {chart()}
              {source}
            </section>
            <aside className={css.lesson} aria-label={lessonWords.lesson}>
              <h2>{lesson}</h2>
              {text}
            </aside>
          </div>
        )}
      </PartPieces>
      <Deck at={at} parts={parts.length} words={lessonWords.part(at + 1, parts.length)} first={at === 0} last={at === parts.length - 1} onMove={move} onward={onwardFrom(name)}>
        <Button kind="quiet" onClick={() => openTeacher(name)}>
          {lessonWords.teacher}
        </Button>
        <Button id="present-lesson" kind="quiet" onClick={present}>
          {lessonWords.present}
        </Button>
      </Deck>
    </>
  );
}
