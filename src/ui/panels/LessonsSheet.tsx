import { create } from 'zustand';
import { part } from '../controls/Part';
import { Sheet } from '../controls/Sheet';
import { t } from '../strings';

/** The list of lessons; what is in it is loaded when it is opened. */
export const useLessons = create<{ open: boolean }>()(() => ({ open: false }));
/** Id of the button that opens it. */
export const lessonsButton = 'lessons-button';
export const showLessons = (): void => useLessons.setState({ open: true });
export const hideLessons = (): void => useLessons.setState({ open: false });

const List = part(() => import('../lessons/LessonList').then((module) => module.default));

export function LessonsSheet() {
  const { open } = useLessons();
  return (
    <Sheet open={open} title={t.lessons} onClose={hideLessons}>
      <List />
    </Sheet>
  );
}
