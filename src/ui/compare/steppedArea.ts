/** A stretch of an area that changes in steps, in the unit of the drawing. */
export interface Step {
  from: number;
  to: number;
  low: number;
  high: number;
}

/** The outline of an area of steps, each stretch without height left out: the edge of nothing would lie over the axis. */
export function steppedArea(steps: readonly Step[]): string {
  const parts: Step[][] = [];
  let part: Step[] | null = null;
  for (const step of steps) {
    if (step.low === step.high) part = null;
    else if (part) part.push(step);
    else parts.push((part = [step]));
  }
  const line = (points: readonly [number, number][]) => points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  return parts
    .map((part) => `M${line([...part.flatMap(({ from, to, high }): [number, number][] => [[from, high], [to, high]]), ...[...part].reverse().flatMap(({ from, to, low }): [number, number][] => [[to, low], [from, low]])])}Z`)
    .join('');
}
