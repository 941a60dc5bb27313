import { methodOf, methods } from '../../adapters';
import { completeConfig, ConfigError } from '../../adapters/fields';
import type { Form, Method } from '../../adapters/method';
import type { MethodConfig } from '../../adapters/field';
import { storageNames, type Storage } from './storage';

/** A kind of linear layer. */
export interface Kind {
  name: string;
  in: number;
  out: number;
  bias: boolean;
  /** It runs once; on what it made of its input as well; three of one size run as one; or its weight is a table that is looked up in first, as a vocabulary's is. */
  use: 'once' | 'twice' | 'three' | 'table';
}

const shapes = { square: [12, 12], tall: [10, 14], wide: [16, 9] } as const;
const uses = { once: '', twice: 'tied ', three: 'three ', table: 'tied table, ' } as const;

const kind = (shape: keyof typeof shapes, bias: boolean, use: Kind['use'] = 'once'): Kind => ({ name: `${uses[use]}${shape}${bias ? '' : ', no bias'}`, in: shapes[shape][0], out: shapes[shape][1], bias, use });

export const kinds: readonly Kind[] = [
  kind('square', true), kind('square', false), kind('tall', true), kind('tall', false), kind('wide', true), kind('wide', false),
  kind('square', true, 'twice'), kind('square', false, 'twice'), kind('tall', true, 'three'), kind('tall', false, 'table'),
];

/** Merged weights made again in the backward, or kept for it. */
export type Run = 'streamed' | 'merged' | 'merged, kept';
export const runs: readonly Run[] = ['streamed', 'merged', 'merged, kept'];
export const formOf = (run: Run): Form => (run === 'streamed' ? 'streamed' : 'merged');

/** Settings of every method on layers: at least its usual ones, and each that changes what is computed. */
const settings: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  full: [{}],
  linear_probe: [{}],
  lora: [{ r: 3, lora_alpha: 5 }, { r: 4, lora_alpha: 5, use_rslora: true }],
  dora: [{ r: 3, lora_alpha: 5 }],
  vera: [{ r: 5 }],
  pvera: [{ r: 5 }],
  nola: [{ r: 2, nola_num_bases: 7 }, { r: 1, nola_num_bases: 5, nola_alpha: 3 }],
  randlora: [
    ...['uniform', 'normal', 'binary', 'sparse', 'very_sparse', 'generated'].map((bases) => ({ r: 3, randlora_alpha: 2, bases })),
    ...['f16', 'f32'].map((bases_storage) => ({ r: 3, randlora_alpha: 2, bases_storage })),
    { r: 3, randlora_alpha: 2, pairing: 'paper' }, { r: 3, randlora_alpha: 2, pairing: 'paper', bases: 'generated' },
    { r: 3, randlora_alpha: 2, ablation: 'a' }, { r: 3, randlora_alpha: 2, ablation: 'b' },
  ],
  pissa: [{ r: 3, lora_alpha: 5 }, { r: 4, lora_alpha: 5, use_rslora: true }],
  lora_xs: [{ r: 3, lora_alpha: 5 }],
  shira: [{ r: 2 }, { r: 1, mask_type: 'weight_magnitude' }],
  hira: [{ r: 3 }],
  miss: [{ r: 3 }, { r: 4 }],
  ia3: [{}, { feedforward_modules: '.*' }],
  beft: [{}],
  delora: [{ r: 3 }, { r: 4, delora_lambda: 5 }],
  lokr: [{ r: 1 }, { r: 1, alpha: 3, decompose_both: true, decompose_factor: 4 }, { r: 2, alpha: 5, decompose_factor: 2 }, { r: 8, alpha: 5 }],
  glora: [{ r: 3 }, { r: 2, config_A_B: 'vector', config_C: 'vector', config_D_E: 'vector' }, { r: 2, config_A_B: 'constant', config_C: 'none' }, { r: 2, config_A_B: 'none', config_D_E: 'none' }],
  gralora: [{ r: 4 }, { r: 6, hybrid_r: 1, alpha: 5 }, { r: 3, gralora_k: 1, hybrid_r: 2 }, { r: 6, gralora_k: 3 }],
  loha: [{ r: 3 }, { r: 2, alpha: 5 }],
  road: [{ group_size: 2 }, { variant: 'road_2', group_size: 2 }, { variant: 'road_4', group_size: 2 }, { group_size: 4 }, { variant: 'road_2', group_size: 6 }, { variant: 'road_4', group_size: 12 }],
  oft: [
    { oft_block_size: 4 }, { oft_block_size: 2, num_cayley_neumann_terms: 2 }, { oft_block_size: 5, num_cayley_neumann_terms: 4 }, { oft_block_size: 0, r: 2, use_cayley_neumann: false },
    { oft_block_size: 4, block_share: true, num_cayley_neumann_terms: 6 }, { oft_block_size: 5, coft: true, eps: 1.5 }, { oft_block_size: 4, coft: true, eps: 0.3, use_cayley_neumann: false },
  ],
  psoft: [
    { r: 4 }, { r: 3, psoft_alpha: 5, ab_svd_init: 'pissa_init' }, { r: 3, psoft_orth: false }, { r: 4, psoft_mag_a: false }, { r: 5, psoft_mag_b: false, use_cayley_neumann: true },
    { r: 4, use_cayley_neumann: true, num_cayley_neumann_terms: 3, cayley_neumann_eps: 0.9 }, { r: 2, psoft_mag_a: false, psoft_mag_b: false, save_vectors: false },
  ],
  boft: [{ boft_block_size: 2 }, { boft_block_size: 2, boft_n_butterfly_factor: 2 }, { boft_block_size: 0, boft_block_num: 4, boft_n_butterfly_factor: 3 }, { boft_block_size: 5 }, { boft_block_size: 4, boft_n_butterfly_factor: 2 }, { boft_block_size: 2, boft_n_butterfly_factor: 3 }],
  hra: [{ r: 4 }, { r: 3 }, { r: 3, apply_GS: true }],
  c3a: [{ block_size: 4 }, { block_size: 256 }],
  fourierft: [{ n_frequency: 7, scaling: 30 }, { n_frequency: 40, random_loc_seed: 3 }],
  vblora: [{ num_vectors: 7, r: 3 }, { num_vectors: 5, r: 2, topk: 3, vector_length: 1 }],
  tinylora: [{ r: 2, u: 5 }, { r: 3, u: 1, weight_tying: 1, projection_seed: 7 }, { r: 11, u: 3 }],
  unilora: [{ theta_d_length: 7, r: 3 }, { theta_d_length: 90, r: 2, proj_seed: 3 }, { theta_d_length: 300, r: 1, save_indices: true }],
  waveft: [{ n_frequency: 30, scaling: 2 }, { n_frequency: 40, wavelet_family: 'sym4', scaling: 2 }, { n_frequency: 9, use_idwt: false, scaling: 2 }, { n_frequency: 60, wavelet_family: 'coif1', scaling: 2 }],
  kradapter: [{ scaling: 0.5 }, { scaling: 2 }],
  svft: [{ off_diag: 0, pattern: 'plain' }, { off_diag: 2, pattern: 'banded' }, { off_diag: 1, pattern: 'random' }, { off_diag: 1, pattern: 'topk' }],
  adalora: [{ init_r: 3, lora_alpha: 5 }],
  autolora: [{ r: 3, lora_alpha: 5 }],
  pranc: [{ num_alpha: 7, projection_prng_key: 3 }, { num_alpha: 5, bases: 'file' }],
  hydralora: [{ r: 3 }, { r: 2, lora_nums: 4, lora_alpha: 5 }],
  randlora_svd: [{ r: 3, randlora_alpha: 2 }, { r: 5, randlora_alpha: 2 }],
  lora_randlora: [{ r: 2, lora_alpha: 5, randlora_r: 3, randlora_alpha: 2 }, { r: 3, randlora_r: 4, randlora_alpha: 2, pairing: 'paper' }, { r: 2, randlora_r: 3, randlora_alpha: 2, ablation: 'b', bases: 'binary' }],
};

/** True if a method works on layers by themselves; those that put tokens into sequences, or train other weights than a layer's, are tested on a whole model. */
export const isOnLayers = (method: Method): boolean => !method.prompts && method.trains !== 'part';

/** Methods on layers, each with its settings. */
export const layerConfigs = (): MethodConfig[] =>
  Object.entries(methods).filter(([, method]) => isOnLayers(method)).flatMap(([key]) => {
    const own = settings[key];
    if (!own) throw new Error(`${key} has no settings here; add some, and its formula`);
    return own.map((more) => ({ ...more, method: key }));
  });

/** False if a method refuses its settings on such a layer. */
function fits(method: Method, complete: MethodConfig, { name, in: n, out, bias }: Kind): boolean {
  try {
    method.check?.(complete, { name, in: n, out, ...(!bias && { bias }) });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** Reason that a case does not exist, in words for the table; null if it does. Read from the method's own description. */
export function without(config: MethodConfig, kindOf: Kind, storage: Storage, run: Run): string | null {
  const method = methodOf(config.method);
  const complete = completeConfig(config);
  try {
    method.check?.(complete, { name: kindOf.name, in: kindOf.in, out: kindOf.out });
  } catch (error) {
    if (error instanceof ConfigError) return 'settings that fit no such layer';
    throw error;
  }
  const learnsWeights = method.trains !== 'adapter';
  if (learnsWeights && storage !== 'f32') return 'weights that learn are f32';
  if (learnsWeights && run !== 'streamed') return 'one form: no update beside the weight';
  if (!fits(method, complete, kindOf)) return 'settings that do not fit such a layer';
  if (run !== 'streamed' && !method.merged) return 'cannot be merged';
  if (kindOf.use === 'table' && !learnsWeights) return 'tables of a vocabulary are no layers';
  if (kindOf.use === 'three' && !method.runsAsOne?.(complete, formOf(run))) return run === 'streamed' ? 'streamed layers run one by one' : 'merged layers run one by one';
  return null;
}

export interface LayerCase {
  config: MethodConfig;
  kind: Kind;
  storage: Storage;
  run: Run;
}

export const nameOf = ({ config, kind: { name }, storage, run }: LayerCase): string => `${Object.entries(config).map(([key, value]) => (key === 'method' ? String(value) : `${key} ${String(value)}`)).sort((a) => (a === config.method ? -1 : 1)).join(' ')}: ${name}, ${storage}, ${run}`;

/** All of a method's settings, and why others are left out. */
export function casesOf(config: MethodConfig): { cases: LayerCase[]; left: string[] } {
  const cases: LayerCase[] = [];
  const left = new Set<string>();
  for (const one of kinds) {
    for (const storage of storageNames) {
      for (const run of runs) {
        const why = without(config, one, storage, run);
        if (why === null) cases.push({ config, kind: one, storage, run });
        else left.add(why);
      }
    }
  }
  return { cases, left: [...left] };
}

/** Three cases of a method, in all ways that it runs: each with other settings, on a layer of another shape, of some kind in some storage; `turn` says which. */
export function shortCases(key: string, turn: number): LayerCase[] {
  const own = layerConfigs().filter(({ method }) => method === key);
  return Object.values(shapes).flatMap(([inputs, outputs], i): LayerCase[] => {
    const config = own[(turn + i) % own.length];
    const all = config ? casesOf(config).cases.filter(({ kind: { in: n, out: m } }) => n === inputs && m === outputs) : [];
    const could = runs.filter((run) => all.some((c) => c.run === run));
    const cases = all.filter(({ run }) => run === could[(turn + i) % could.length]);
    return cases.filter((_, at) => at === (7 * turn + 11 * i) % cases.length);
  });
}
