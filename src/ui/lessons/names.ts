/** Lessons by the names that addresses use. */
export const lessonNames = ['rank', 'more-rank', 'few-shots', 'landscape', 'memory'] as const;
export type LessonName = (typeof lessonNames)[number];
