import LessonList from '../lessons/LessonList';
import css from './views.module.css';

/** All lessons; an open one has the stage. */
export default function LessonsView() {
  return (
    <div className={css.column}>
      <LessonList />
    </div>
  );
}
