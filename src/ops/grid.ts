/** Workgroups of 64 invocations for `count` elements, folded into y (lib/grid.wgsl). */
export function flatGrid(count: number): [number, number] {
  const groups = Math.ceil(count / 64);
  const x = Math.min(groups, 32_768);
  return [x, Math.ceil(groups / x)];
}

/** One workgroup per row, folded into y; the kernel guards rows beyond the last. */
export function rowGrid(rows: number): [number, number] {
  const x = Math.min(rows, 32_768);
  return [x, Math.ceil(rows / x)];
}

/** Rows that one invocation of a two-stage column sum adds. */
export const CHUNK = 64;
