import { area } from 'd3-shape';

/** A stretch of an area that changes in steps, in the unit of the drawing. */
export interface Step {
  from: number;
  to: number;
  low: number;
  high: number;
}

const outline = area<Step & { x: number }>().x(({ x }) => x).y0(({ low }) => low).y1(({ high }) => high).defined(({ low, high }) => low !== high).digits(1);

/** The outline of an area of steps, each stretch without height left out: the edge of nothing would lie over the axis. */
export const steppedArea = (steps: readonly Step[]): string => outline(steps.flatMap((step) => [{ ...step, x: step.from }, { ...step, x: step.to }])) ?? '';
