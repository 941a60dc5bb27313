import type { Device } from '../engine/device';
import type { Choices } from '../engine/forms';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { product, type Mode } from '../ops/product';
import { tiles, usualTile, type TileName } from '../ops/productForms';
import { checkProducts } from './products';

/** The tile that each kind of product takes on a device (ops/productForms.ts), and why. */
export interface Tuning {
  /** `ms` of each tile that was timed, of one product. */
  kinds: { kind: string; tile: string; usual: string; ms: Record<string, number> }[];
  /** Tiles that are not used on this device, since they gave a wrong result. */
  wrong: { tile: string; problem: string }[];
  /** Duration of the tuning. */
  ms: number;
}

/** Products that are timed for each kind: M, N, K as in a transformer of width 768, and of 192 with few rows. */
const shapes: [mode: Mode, size: 'large' | 'few', M: number, N: number, K: number][] = [
  ['nt', 'large', 1024, 768, 768], ['nn', 'large', 1024, 768, 768], ['tn', 'large', 768, 768, 1024],
  ['nt', 'few', 400, 192, 192], ['nn', 'few', 400, 192, 192], ['tn', 'few', 192, 192, 400],
];
/** Sizes at which a candidate must be exact: cut tiles in each direction, and K of one tile and of many steps. */
const awkward: [number, number, number][] = [[36, 68, 40], [132, 100, 1152]];
/** A rival must win by this. */
const MARGIN = 0.05;
/** One measurement takes at least as long. */
const LEAST_MS = 5;
const ROUNDS = 3;

/** The tiles that are tried, at most four, the usual one first. */
export function candidates(device: Device): TileName[] {
  const usual = [false, true].map((few) => usualTile(device, few));
  const rivals: TileName[] = device.report.software ? ['rows16', 'rows32', 'vec4'] : [...(device.report.matrices.includes('f32') ? ['matrix' as const] : []), 'tile32', 'tile64', 'vec4'];
  return [...new Set([...usual, ...rivals])].slice(0, 4);
}

/** The device with the choice of its own; everything else stays the same device. */
const choosing = (device: Device, choices: Choices): Device => Object.create(device, { choices: { value: choices, writable: true } }) as Device;

/**
 * Picks the fastest tile for each kind of product on this device: all candidates compile at once, each must give whole numbers
 * exactly, then they are timed in turn. What is usual stays unless another is clearly faster. After `limitMs` what was not
 * measured stays usual too. Leaves the choices in `device.choices`.
 */
export async function tune(device: Device, limitMs = 1000): Promise<Tuning> {
  const from = performance.now();
  const wrong: Tuning['wrong'] = [];
  const right: TileName[] = [];
  for (const name of candidates(device)) {
    try {
      await checkProducts(choosing(device, {}), awkward, [name]);
      right.push(name);
    } catch (error) {
      if (device.lost) throw error;
      wrong.push({ tile: name, problem: (error as Error).message });
      device.errors.splice(0);
    }
  }
  const benches = await Promise.all(right.map((name) => bench(device, name)));
  const kinds: Tuning['kinds'] = [];
  const start = performance.now();
  try {
    for (const [i, [mode, size]] of shapes.entries()) {
      const usual = usualTile(device, size === 'few');
      const ms: Record<string, number> = {};
      if (performance.now() - start < limitMs) {
        for (let round = 0; round < ROUNDS; round++) {
          for (const [b, name] of right.entries()) ms[name] = Math.min(ms[name] ?? Infinity, await defined(benches[b]).time(i));
          if (performance.now() - start > limitMs) break;
        }
      }
      const fastest = right.reduce((a, b) => ((ms[b] ?? Infinity) < (ms[a] ?? Infinity) ? b : a), right[0] ?? 'vec4');
      const safe = right.includes(usual) ? usual : (right[0] ?? 'vec4');
      const tile = (ms[fastest] ?? Infinity) < (1 - MARGIN) * (ms[safe] ?? 0) ? fastest : safe;
      kinds.push({ kind: `product ${mode} ${size}`, tile, usual, ms });
    }
  } finally {
    benches.forEach(({ machine }) => machine.destroy());
  }
  device.choices = choicesOf({ kinds });
  return { kinds, wrong, ms: performance.now() - from };
}

/** The machine's choices from a tuning. */
export const choicesOf = ({ kinds }: Pick<Tuning, 'kinds'>): Choices => Object.fromEntries(kinds.map(({ kind, tile }) => [kind, [tile]]));

/** All shapes as programs, in one form. */
async function bench(device: Device, name: TileName) {
  const rec = new Recorder({ matrices: device.report.matrices });
  const slow = device.report.software ? 4 : 1; // as many rows less
  const programs = shapes.map(([mode, size, M, N, K]) => {
    const [m, k] = mode === 'tn' ? [M, K / slow] : [M / slow, K];
    const x = rec.declare('input', `x ${mode} ${size}`, [m * k]);
    const weight = rec.declare('input', `weight ${mode} ${size}`, [k * N]);
    const out = rec.declare('output', `out ${mode} ${size}`, [m, N]);
    return rec.program(`${mode} ${size}`, () => product({ mode, x, weight, out, M: m, N, K: k }));
  });
  const machine = await Machine.build(choosing(device, { product: [name] }), rec);
  machine.setStep(noStep);
  const repeats = new Map<number, number>();
  const run = async (i: number, n: number) => {
    const from = performance.now();
    for (let r = 0; r < n; r++) await machine.run(defined(programs[i]));
    await machine.idle();
    return performance.now() - from;
  };
  return {
    machine,
    /** Milliseconds of one product of shape `i`; the first call finds out how many make a measurement. */
    async time(i: number): Promise<number> {
      let n = repeats.get(i);
      if (n === undefined) {
        n = 1;
        for (let ms = await run(i, 1); ms < LEAST_MS && n < 256; ms = await run(i, n)) n *= 2;
        repeats.set(i, n);
      }
      return (await run(i, n)) / n;
    },
  };
}

/** Key of a remembered tuning: adapter, its abilities and the kernels' texts. */
export function tuningKey({ report, quads, octs }: Pick<Device, 'report' | 'quads' | 'octs'>, browser: string): string {
  const { vendor, architecture, description, features, limits } = report;
  let hash = 0x811c9dc5; // FNV-1a
  for (const { kernels } of Object.values(tiles)) for (const c of kernels.f32.text) hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193) >>> 0;
  return JSON.stringify([vendor, architecture, description, browser, features, limits, quads, octs, hash]);
}

/** Tiles by name, as `--tile` and `FULLRANK_TILE` take it; throws with the names. */
export function pinnedTile(name: string): Choices {
  if (!Object.hasOwn(tiles, name)) throw new Error(`there is no tile "${name}"; there are ${Object.keys(tiles).join(', ')}`);
  return { product: [name] };
}

/** In words, for people: what each kind of product takes and why. */
export const tuningText = ({ kinds }: Pick<Tuning, 'kinds'>): string[] =>
  kinds.map(({ kind, tile, usual, ms }) => {
    const times = Object.entries(ms).sort((a, b) => a[1] - b[1]).map(([name, t]) => `${name} ${t < 10 ? t.toFixed(2) : t.toFixed(0)} ms`);
    const why = tile === usual ? (times.length ? 'as usual: none is faster by 5 %' : 'as usual: not measured') : `instead of ${usual}`;
    return `${kind}: ${tile} (${why}${times.length ? `; ${times.join(', ')}` : ''})`;
  });
