import type { ViewName } from '../storage/shown';

export const viewWords = { start: 'Start', train: 'Train', compare: 'Compare', landscape: 'Landscape', inside: 'Inside', try: 'Try', lessons: 'Lessons' } satisfies Record<ViewName, string>;
