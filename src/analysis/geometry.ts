import type { Arrays } from '../adapters/method';
import { defined } from '../numbers/defined';
import type { Geometry, Plane } from './analysis.meta';

/** Lengths and angles of updates, in f64 on the processor: they are sums over all weights. */

/** Inner product of two updates by name; what an update does not name is zero. */
export function inner(a: Arrays, b: Arrays, only: (name: string) => boolean = () => true): number {
  let sum = 0;
  for (const [name, x] of Object.entries(a)) {
    const y = b[name];
    if (y && only(name)) sum += dot(x, y);
  }
  return sum;
}

/** Sum of products of two arrays. */
export function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += defined(x[i]) * defined(y[i]);
  return sum;
}

/** Inner products of all pairs. */
export const gram = (updates: readonly Arrays[], only?: (name: string) => boolean): number[][] => {
  const out = updates.map(() => new Array<number>(updates.length).fill(0));
  updates.forEach((a, i) => updates.forEach((b, j) => void (j >= i && (defined(out[i])[j] = defined(out[j])[i] = inner(a, b, only)))));
  return out;
};

const root = (x: number): number => Math.sqrt(Math.max(0, x));
const cosine = (xy: number, xx: number, yy: number): number => (xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : NaN);

/** Norms, distances and angles from the inner products of the updates, and of the heads alone. */
export function geometryOf(g: readonly (readonly number[])[], heads: readonly (readonly number[])[]): Geometry {
  return {
    norms: g.map((row, i) => root(defined(row[i]))),
    head_norms: heads.map((row, i) => root(defined(row[i]))),
    distances: g.map((row, i) => row.map((xy, j) => (i === j ? 0 : root(defined(defined(g[i])[i]) - 2 * xy + defined(defined(g[j])[j]))))),
    cosines: g.map((row, i) => row.map((xy, j) => cosine(xy, defined(defined(g[i])[i]), defined(defined(g[j])[j])))),
  };
}

/** Lengths of the axes of the plane through a, b, c, whose inner products are `g`: x goes along c - a, y along b - (a + c) / 2. */
export function planeOf(g: readonly (readonly number[])[]): Plane {
  const of = (u: readonly number[], v: readonly number[]) => u.reduce((s, ui, i) => s + v.reduce((r, vj, j) => r + ui * vj * defined(defined(g[i])[j]), 0), 0);
  const [ex, ey] = [[-1, 0, 1], [-0.5, 1, -0.5]] as const;
  const [xx, yy] = [of(ex, ex), of(ey, ey)];
  return { unit_x: root(xx), unit_y: root(yy), cosine: cosine(of(ex, ey), xx, yy), pretrained: project(g, [0, 0, 0], 0) };
}

/**
 * Place of an update on the plane through a, b, c by orthogonal projection, its distance from the plane (`residual`), and from
 * the pretrained state. `with3` are its inner products with a, b, c, `own` that with itself.
 */
export function project(g: readonly (readonly number[])[], with3: readonly number[], own: number): Plane['pretrained'] {
  // In u = b - a and v = c - a: p - a = beta_b u + beta_c v + residual; y = beta_b, x = beta_c + beta_b / 2.
  const [gaa, gab, gac, gbb, gbc, gcc] = [defined(defined(g[0])[0]), defined(defined(g[0])[1]), defined(defined(g[0])[2]), defined(defined(g[1])[1]), defined(defined(g[1])[2]), defined(defined(g[2])[2])];
  const [uu, vv, uv] = [gbb - 2 * gab + gaa, gcc - 2 * gac + gaa, gbc - gab - gac + gaa];
  const [pu, pv] = [defined(with3[1]) - defined(with3[0]) - gab + gaa, defined(with3[2]) - defined(with3[0]) - gac + gaa];
  const det = uu * vv - uv * uv;
  // Three runs on a line (or twice the same) span no plane: what the longer of the two directions explains is all there is.
  const flat = det <= 1e-12 * uu * vv;
  const b = flat ? (uu >= vv && uu > 0 ? pu / uu : 0) : (pu * vv - pv * uv) / det;
  const c = flat ? (vv > uu ? pv / vv : 0) : (pv * uu - pu * uv) / det;
  const pp = own - 2 * defined(with3[0]) + gaa;
  return { x: c + b / 2, y: b, residual: root(pp - (b * pu + c * pv)), distance: root(own) };
}
