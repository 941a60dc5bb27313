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
  for (const [i, step] of steps.entries()) {
    if (step.low === step.high) continue;
    if (i > 0 && steps[i - 1].low !== steps[i - 1].high) parts[parts.length - 1].push(step);
    else parts.push([step]);
  }
  const line = (points: readonly [number, number][]) => points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
  return parts
    .map((part) => `M${line([...part.flatMap(({ from, to, high }): [number, number][] => [[from, high], [to, high]]), ...[...part].reverse().flatMap(({ from, to, low }): [number, number][] => [[to, low], [from, low]])])}Z`)
    .join('');
}
