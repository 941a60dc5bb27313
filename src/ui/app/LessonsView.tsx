import { useEffect, useRef } from 'react';
import { part } from '../kit/controls/Part';
import LessonList, { linkToLesson } from '../lessons/LessonList';
import type { LessonName } from '../lessons/names';
import { useShown } from '../core/storage/shown';
import { lessonWords } from '../lessons/words/lessons';

const Lesson = part(() => import('../lessons/Lesson').then((module) => module.default), <p>{lessonWords.waiting}</p>);
const Teacher = part(() => import('../lessons/Teacher').then((module) => module.default), <p>{lessonWords.waiting}</p>);

/** All lessons, an open one, or its page for teachers. */
export default function LessonsView() {
  const { lesson, teacher, present } = useShown();
  const name = lesson as LessonName | '';
  useReturn(name);
  if (name === '') return <LessonList />;
  // What is presented is drawn there, once.
  if (present) return null;
  // Answers that were opened are closed on another lesson's page.
  return teacher ? <Teacher key={name} name={name} /> : <Lesson name={name} />;
}

/** Keys are the lesson's from the start; a lesson that is left gives the focus back to its link. */
function useReturn(name: LessonName | ''): void {
  const last = useRef<LessonName | ''>('');
  useEffect(() => {
    const before = last.current;
    last.current = name;
    if (name !== '' && before === '') document.getElementById('main')?.focus({ preventScroll: true });
    if (name === '' && before !== '') document.getElementById(linkToLesson(before))?.focus({ preventScroll: true });
    // Whoever goes to another view has not come back to the list.
    return () => {
      if (useShown.getState().view !== 'lessons') last.current = '';
    };
  }, [name]);
}
