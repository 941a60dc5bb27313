import { bar, type Look } from '../../look.meta';
import { factors } from '../lora/look';

/** LoRA's factors, taken out of the weight: what is left of it is fixed. */
export const look: Look = { colour: 'blue', dash: 'dots', marker: 'hexagon', glyph: { fixed: bar(0.5, 0.5, 19, 19), learns: factors, bare: true } };
