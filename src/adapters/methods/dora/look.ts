import { bar, type Look } from '../../look.meta';
import { factors } from '../lora/look';

/** LoRA's factors, and a length for each row. */
export const look: Look = { colour: 'pink', dash: 'dashDot', marker: 'hexagon', glyph: { learns: factors + bar(55, 0, 2, 20) } };
