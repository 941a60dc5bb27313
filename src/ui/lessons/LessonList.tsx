import { Button } from '../controls/Button';
import { openLesson, presentCharts } from '../store/shown';
import { lessonWords } from '../words/lessons';
import { lessonNames } from './names';
import css from './stage.module.css';

/** All lessons, and the charts alone. */
export default function LessonList() {
  return (
    <div className={css.sheet}>
      <p>{lessonWords.intro}</p>
      <ul className={css.list}>
        {lessonNames.map((name) => {
          const { title, about, parts } = lessonWords.lessons[name];
          return (
            <li key={name}>
              <div>
                <h3>{title}</h3>
                <p>
                  {about} {lessonWords.parts(parts.length)}.
                </p>
              </div>
              <Button label={lessonWords.openOf(title)} onClick={() => openLesson(name)}>
                {lessonWords.open}
              </Button>
            </li>
          );
        })}
      </ul>
      <div className={css.present}>
        <p>{lessonWords.presentHint}</p>
        <Button onClick={presentCharts}>{lessonWords.present}</Button>
      </div>
    </div>
  );
}
