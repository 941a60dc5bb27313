/** Runs of bytes that lie apart. */
export class Ranges {
  private runs: [from: number, to: number][] = [];

  /** Number of bytes from `from` to `to` (exclusive) that the ranges cover. */
  count(from: number, to: number): number {
    return this.runs.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  }

  add(from: number, to: number): void {
    const apart = this.runs.filter(([a, b]) => b < from || a > to);
    const joined = this.runs.filter(([a, b]) => b >= from && a <= to);
    const run: [number, number] = [Math.min(from, ...joined.map(([a]) => a)), Math.max(to, ...joined.map(([, b]) => b))];
    this.runs = [...apart, run];
  }

  addAll({ runs }: Ranges): void {
    for (const [from, to] of runs) this.add(from, to);
  }
}
