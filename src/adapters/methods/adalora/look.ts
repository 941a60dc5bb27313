import { bar, type Look } from '../../look.meta';

/** LoRA's factors with a diagonal between them, of which less is left towards the end. */
export const look: Look = { colour: 'gold', dash: 'long', marker: 'diamond', glyph: { learns: `${bar(24, 0, 4, 20)}M31 0l8 8v4l-8-8z${bar(42, 0, 18, 3)}${bar(42, 5, 10, 3)}` } };
