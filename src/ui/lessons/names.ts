/** Lessons by the names that addresses use. */
export const lessonNames = ['rank', 'budget', 'rates', 'seeds', 'few-shots', 'landscape', 'memory', 'step'] as const;
export type LessonName = (typeof lessonNames)[number];

/** Lessons that became part of another one: which, and how many parts of it come before theirs. */
export const movedLessons: Readonly<Record<string, { to: LessonName; after: number }>> = { 'more-rank': { to: 'budget', after: 1 } };
