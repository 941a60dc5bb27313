import { bar, type Look } from '../../look.meta';
import { factors } from '../lora/look';

/** LoRA's factors, and the share of each rank. */
export const look: Look = { colour: 'green', dash: 'long', marker: 'circle', glyph: { learns: factors + bar(34, 8, 4, 12) + bar(41, 12, 4, 8) + bar(48, 16, 4, 4) } };
