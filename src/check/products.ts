import type { Device } from '../engine/device';
import { packF16 } from '../io/float16';
import { defined } from '../numbers/defined';
import { product, type Mode } from '../ops/product';
import { tiles, usualTile, type TileName } from '../ops/productForms';
import { floats, runThrice, whole } from './run';

/** M, N, K at which products were wrong on some card, and one that no tile divides. */
const known: [M: number, N: number, K: number][] = [[257, 384, 1152], [600, 64, 64], [33, 65, 40]];
const modes: Mode[] = ['nn', 'nt', 'tn', 'tt'];

function transposed(m: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(m.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = defined(m[i * cols + j]);
  return out;
}

/** The tiles that this device takes, whether chosen or usual, and the one that all others are measured by. */
export const tilesOf = (device: Device): TileName[] =>
  (Object.keys(tiles) as TileName[]).filter((name) => name === 'vec4' || [true, false].some((few) => usualTile(device, few) === name) || Object.entries(device.choices).some(([kind, names]) => kind.startsWith('product') && names[0] === name));

/**
 * Every form of the matrix product that this device would take, against whole numbers that must come out exactly: all
 * transpositions, weights in f32 and f16; the common form without exchange between neighbours as well.
 */
export async function checkProducts(device: Device, sizes = known, names: readonly TileName[] = tilesOf(device)): Promise<void> {
  const { quads, choices } = device;
  try {
    for (const [M, N, K] of sizes) {
      const [x, w] = [whole(M * K, 1), whole(K * N, 7)]; // (M, K), (K, N)
      const want = reference(x, w, M, N, K);
      const large = M * N * K > 1e7;
      for (const [name, withQuads] of [...names.map((name) => [name, quads] as const), ...(quads ? [['vec4', false] as const] : [])]) {
        device.quads = withQuads;
        device.choices = { product: [name] };
        for (const mode of modes) {
          for (const dtype of large ? (['f32'] as const) : (['f32', 'f16'] as const)) {
            const given = { x: mode[0] === 'n' ? x : transposed(x, M, K), w: mode[1] === 'n' ? w : transposed(w, K, N) };
            const [out] = await runThrice(device, (rec) => {
              const left = rec.declare('input', 'x', [given.x.length]);
              const weight = rec.declare('frozen', 'w', [given.w.length], dtype);
              const result = rec.temp('product', [M, N]);
              product({ mode, x: left, weight, out: result, M, N, K });
              return { inputs: [[left, given.x], [weight, dtype === 'f16' ? packF16(given.w) : given.w]], outputs: [result] };
            });
            const got = floats(out);
            const at = want.findIndex((v, i) => v !== got[i]);
            if (at >= 0) throw new Error(`a product ${M} x ${N} x ${K} (${mode}, ${dtype}, ${name}${withQuads ? '' : ', alone'}) has ${got[at]} in row ${Math.floor(at / N)}, column ${at % N}, not ${want[at]}`);
          }
        }
      }
    }
  } finally {
    device.quads = quads;
    device.choices = choices;
  }
}

function reference(x: Float32Array, w: Float32Array, M: number, N: number, K: number): Float32Array {
  const out = new Float32Array(M * N);
  for (let i = 0; i < M; i++) {
    for (let k = 0; k < K; k++) {
      const a = defined(x[i * K + k]);
      if (a !== 0) for (let j = 0; j < N; j++) out[i * N + j] = defined(out[i * N + j]) + (a * defined(w[k * N + j]));
    }
  }
  return out;
}
