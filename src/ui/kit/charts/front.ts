/** Pareto front: the points that no other beats. */

export type Good = 'high' | 'low' | undefined;

/** True where no other point is at least as good in both directions and better in one. A direction that is neither good counts as low. */
export function onFront(points: readonly { x: number; y: number }[], goodX: Good, goodY: Good): boolean[] {
  const sx = goodX === 'high' ? -1 : 1;
  const sy = goodY === 'high' ? -1 : 1;
  return points.map((one) => !points.some((other) => sx * other.x <= sx * one.x && sy * other.y <= sy * one.y && (other.x !== one.x || other.y !== one.y)));
}
