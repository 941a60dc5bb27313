import { Button } from '../kit/controls/Button';
import { follow } from '../kit/controls/follow';
import { lessonLink } from '../core/storage/address';
import { openLesson, openTeacher } from '../core/storage/shown';
import { showClassStart } from '../core/settings/classStart';
import { classStartWords } from '../core/words/classStart';
import { lessonWords } from './words/lessons';
import { lessonNames, type LessonName } from './names';
import css from './list.module.css';

/** Id of the link to a lesson, which has the focus again when the lesson is left. */
export const linkToLesson = (name: LessonName): string => `lesson-${name}`;

/** All lessons: what each shows, its parts, and its page for teachers. */
export default function LessonList() {
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div>
          <h1>{lessonWords.title}</h1>
          <p className={css.intro}>
            {lessonWords.intro} {lessonWords.presentHint}
          </p>
        </div>
        <div>
          <p className={css.intro}>{classStartWords.about}</p>
          <Button small onClick={showClassStart}>
            {classStartWords.title}
          </Button>
        </div>
      </header>
      <ul className={css.list}>
        {lessonNames.map((name) => {
          const words = lessonWords.lessons[name];
          return (
            <li key={name}>
              <div>
                <div className={css.title}>
                  <h2>
                    <a id={linkToLesson(name)} href={lessonLink(name)} onClick={follow(() => openLesson(name))}>
                      {words.name}
                    </a>
                  </h2>
                  <p className={css.more}>
                    <span>{lessonWords.minutes(words.minutes)}</span>
                    <a href={lessonLink(name, 'teacher')} aria-label={lessonWords.teacherOf(words.name)} onClick={follow(() => openTeacher(name))}>
                      {lessonWords.teacher}
                    </a>
                  </p>
                </div>
                <p>{words.about}</p>
              </div>
              <ol aria-label={lessonWords.parts}>
                {words.parts.map(({ title }, i) => (
                  <li key={title}>
                    <a href={lessonLink(name, i)} onClick={follow(() => openLesson(name, i))}>
                      {title}
                    </a>
                  </li>
                ))}
              </ol>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
