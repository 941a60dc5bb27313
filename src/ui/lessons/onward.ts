import { go, openLesson } from '../core/storage/shown';
import { lessonWords } from './words/lessons';
import { lessonNames, type LessonName } from './names';

/** The way on after the last part of a lesson: to the next one, and from the last to all of them. */
export function onwardFrom(name: LessonName): { text: string; go: () => void } {
  const next = lessonNames[lessonNames.indexOf(name) + 1];
  return next ? { text: lessonWords.nextLesson, go: () => openLesson(next) } : { text: lessonWords.allLessons, go: () => go('lessons') };
}
