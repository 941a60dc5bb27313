import { describe, expect, test } from 'vitest';
import { kernel, type Kernel } from '../engine/kernel';
import { textFor } from '../engine/pipelines';
import { defined } from '../numbers/defined';
import { kernels, variants } from '../testing/variants';

// What Safari, Firefox and phones are known to get wrong, looked for in the text of kernels as drivers get it. Limits are
// held by compiling with those of the weakest device (shaders.test.ts).

const MATRIX = String.raw`mat[234]x[234](?:<\w+>|[fh])`;
const starts = (pattern: string) => new RegExp(`^\\s*(?:${pattern})`);

/** The texts of a kernel in a variant: without exchange between neighbours, by quads and by octets. */
const textsOf = (k: Kernel, overrides: Record<string, number>): string[] =>
  [[false, false], [true, false], [true, true]].map(([quads, octs]) => textFor({ quads: quads!, octs: octs! }, k, overrides).text.replace(/\/\/[^\n]*/g, ''));

/** Functions of a text: name, parameters, result and body. */
const functionsIn = (text: string) =>
  [...text.matchAll(/\bfn\s+(\w+)\s*\(([\s\S]*?)\)\s*(?:->\s*([^{]+?)\s*)?\{([\s\S]*?)\n?\}\s*(?=\n(?:fn|@|struct|const|override|alias|var|\n|$)|$)/g)].map(([, name, params, result, body]) => ({ name: name!, params: params!, result: result ?? '', body: body! }));

/** Places where a matrix is indexed by anything but a number: `dots[i]`, `block.lo[r]`, `all[i][j]` of an array of matrices, `f(x)[i]`. */
function indexedMatrices(text: string): string[] {
  const functions = functionsIn(text);
  const givers = ['transpose', ...functions.filter(({ result }) => starts(MATRIX).test(result)).map(({ name }) => name)];
  const fields = [...text.matchAll(/struct\s+\w+\s*\{([^}]*)\}/g)].flatMap(([, body]) => [...body!.matchAll(new RegExp(`(\\w+)\\s*:\\s*${MATRIX}`, 'g'))].map((m) => defined(m[1])));
  const globals = [...text.matchAll(new RegExp(`var<[^>]*>\\s*(\\w+)\\s*:\\s*array<\\s*${MATRIX}`, 'g'))].map((m) => defined(m[1]));
  const index = String.raw`\[(?!\s*\d+u?\s*\])[^\]]+\]`;
  return functions.flatMap(({ name, params, body }) => {
    const matrices = [...params.matchAll(new RegExp(`(\\w+)\\s*:\\s*(?:ptr<function,\\s*)?${MATRIX}`, 'g'))].map((m) => defined(m[1]));
    const arrays = [...globals];
    for (const [, local, type = '', value = ''] of body.matchAll(/\b(?:let|var|const)\s+(\w+)\s*(?::\s*([^=;]+?))?\s*(?:=\s*([^;]+))?;/g)) {
      const made = type || value;
      if (starts(`array<\\s*${MATRIX}`).test(made)) arrays.push(local!);
      else if (starts(MATRIX).test(made) || starts(`(?:${givers.join('|')})\\(`).test(value) || (!type && matrices.includes(value.trim()))) matrices.push(local!);
    }
    const found = [
      ...matrices.map((m) => `(?<![.\\w])\\(?\\*?${m}\\)?${index}`),
      ...fields.map((field) => `\\.${field}${index}`),
      ...arrays.map((a) => `(?<![.\\w])${a}\\[[^\\]]*\\]${index}`),
      `\\b(?:${MATRIX}|${givers.join('|')})\\((?:[^()]|\\([^()]*\\))*\\)${index}`,
    ].flatMap((pattern) => body.match(new RegExp(pattern, 'g')) ?? []);
    return found.map((what) => `${name}: ${what}`);
  });
}

/** Workgroup arrays whose length names an override. */
function sizedByOverride(text: string): string[] {
  const overrides = [...text.matchAll(/override\s+(\w+)/g)].map((m) => defined(m[1]));
  return [...text.matchAll(/var<workgroup>[^;]+;/g)].map((m) => m[0]).filter((line) => line.match(/\w+/g)!.some((word) => overrides.includes(word)));
}

/** Parameters that point outside the function, or at an array. */
const pointers = (text: string): string[] => functionsIn(text).flatMap(({ name, params }) => (params.match(/ptr<(?:(?!function)\w+|function,\s*array\b)[^)]*/g) ?? []).map((what) => `${name}: ${what}`));

describe('what is looked for is found', () => {
  const text = `override N: u32 = 4u;
var<workgroup> few: array<f32, 2 * N>;
var<workgroup> blocks: array<mat2x2<f32>, 4>;
struct Block { lo: mat4x4<f32>, at: u32 }
fn load(at: u32) -> mat4x4<f32> { return mat4x4<f32>(); }
fn take(m: mat4x4f, rows: vec4<u32>, all: ptr<function, array<f32, 4>>, sum: ptr<function, mat4x4<f32>>, far: ptr<workgroup, f32>) -> vec4<f32> {
  let a = load(rows[m[0].x]);
  var b = mat4x4<f32>();
  let c = a;
  let d = array<mat4x4<f32>, 2>(a, b);
  for (var i = 0u; i < 4u; i++) {
    let e = a[i] + b[i] * c[i].x + d[i][1] + d[0][i] + m[1][i] + m[i + 1u];
    b[0] = load(0u)[i] + blocks[i][i].x + (*sum)[i];
  }
  return rows[rows.x] * Block(a, 0u).lo[rows.x];
}
`;
  test('matrices indexed at run time', () => {
    expect(indexedMatrices(text).map((what) => what.replace('take: ', '')).sort()).toEqual(['(*sum)[i]', '.lo[rows.x]', 'a[i]', 'b[i]', 'blocks[i][i]', 'c[i]', 'd[0][i]', 'load(0u)[i]', 'm[i + 1u]'].sort());
  });
  test('workgroup arrays sized by an override', () => {
    expect(sizedByOverride(text)).toEqual(['var<workgroup> few: array<f32, 2 * N>;']);
    expect(sizedByOverride(textFor({ quads: false, octs: false }, kernel('few', text), {}).text)).toEqual([]);
  });
  test('pointers', () => {
    expect(pointers(text)).toEqual([expect.stringMatching(/^take: ptr<function, array<f32, 4>>.*ptr<workgroup, f32>/)]);
  });
});

describe.each(kernels.map((k) => [k.name, k] as const))('%s', (_, k) => {
  test('has nothing in it that browsers and phones get wrong', () => {
    for (const text of new Set(variants(k).flatMap((overrides) => textsOf(k, overrides)))) {
      expect(sizedByOverride(text), 'Safari leaves workgroup arrays sized by an override empty').toEqual([]);
      expect(indexedMatrices(text), 'FXC, naga and Adreno index matrices at run time wrongly, or not at all').toEqual([]);
      expect(pointers(text), 'naga has no pointers to memory outside a function as parameters').toEqual([]);
    }
  });
});
