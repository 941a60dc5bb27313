/** The parabola through at least three points of different x with the least squares, by the normal equations and Cramer's rule. */
export function parabola(points: readonly (readonly [x: number, y: number])[]): (x: number) => number {
  const sum = (of: (x: number, y: number) => number) => points.reduce((all, [x, y]) => all + of(x, y), 0);
  const [n, sx, sxx, sx3, sx4] = [points.length, sum((x) => x), sum((x) => x * x), sum((x) => x ** 3), sum((x) => x ** 4)];
  const [sy, sxy, sxxy] = [sum((_, y) => y), sum((x, y) => x * y), sum((x, y) => x * x * y)];
  const det = (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const all = det(n, sx, sxx, sx, sxx, sx3, sxx, sx3, sx4);
  const c0 = det(sy, sx, sxx, sxy, sxx, sx3, sxxy, sx3, sx4) / all;
  const c1 = det(n, sy, sxx, sx, sxy, sx3, sxx, sxxy, sx4) / all;
  const c2 = det(n, sx, sy, sx, sxx, sxy, sxx, sx3, sxxy) / all;
  return (x) => c0 + c1 * x + c2 * x * x;
}
