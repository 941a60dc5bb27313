import { bar, type Look } from '../../look.meta';

/** Two rows of a norm beside the weight, which stays. */
export const look: Look = { title: 'LN tuning', colour: 'green', dash: 'sparse', marker: 'down', glyph: { learns: bar(24, 4, 22, 3) + bar(24, 12, 22, 3) } };
