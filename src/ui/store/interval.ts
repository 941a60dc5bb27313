/**
 * The 95 % interval of a share `p` (0 to 1) seen in `n` trials, 0 to 1. Unlike p ± 1.96 s it stays inside that range and
 * has a width at 0 and 1. Source: E. B. Wilson, 1927.
 */
export function wilson(p: number, n: number): [low: number, high: number] {
  const z = 1.959964;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
