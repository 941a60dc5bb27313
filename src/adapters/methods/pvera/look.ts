import { bar, type Look } from '../../look.meta';

/** VeRA's two fixed matrices with their vectors, the upper one on a bell of noise. */
export const look: Look = { title: 'PVeRA', colour: 'green', dash: 'even', marker: 'up', glyph: { fixed: bar(24, 0, 7, 20) + bar(34, 0, 20, 7), learns: `${bar(24, 0, 2, 20)}${bar(34, 0, 2, 7)}M34 20c6 0 7-10 10-10s4 10 10 10z` } };
