/**
 * A reader of PEFT folders of its own, which shares no code with the studio: it knows the files by their description
 * alone (keys, shapes, scalings and formulas of PEFT's LoRA, DoRA, VeRA and RandLoRA), slowly and in f64. For tests.
 */
import { defined } from '../numbers/defined';

export interface PeftFolder {
  config: Record<string, unknown>;
  /** Adapted modules, by the names in the file. */
  modules: string[];
  /** Tensors trained in full (`modules_to_save`), by name. */
  saved: Map<string, number[]>;
  /** True when `target_modules` selects a module of the base model. */
  selects(module: string): boolean;
  /** W + delta (out, in), row-major, for a base weight W. */
  merged(module: string, weight: ArrayLike<number>, out: number, into: number): Float64Array;
}

interface Tensor {
  shape: number[];
  data: number[];
}

/** Reads adapter_config.json and adapter_model.safetensors (F32) of a folder. */
export function readPeftFolder(files: ReadonlyMap<string, Uint8Array>): PeftFolder {
  const config = JSON.parse(new TextDecoder().decode(files.get('adapter_config.json'))) as Record<string, unknown>;
  const tensors = readTensors(files.get('adapter_model.safetensors')!);
  const type = config.peft_type as string;
  const own: Record<string, RegExp> = { LORA: /\.lora_(A\.weight|B\.weight|magnitude_vector)$/, VERA: /\.vera_lambda_[bd]$/, RANDLORA: /\.randlora_(lambda|gamma)$/ };
  if (!own[type]) throw new Error(`no such peft_type: ${type}`);
  const prefix = 'base_model.model.';
  const modules = new Set<string>();
  const saved = new Map<string, number[]>();
  for (const [name, { data }] of tensors) {
    if (/^base_model\.(vera|randlora)_[AB]$/.test(name)) continue;
    if (!name.startsWith(prefix)) throw new Error(`a key without ${prefix}: ${name}`);
    const path = name.slice(prefix.length);
    if (own[type].test(path)) modules.add(path.replace(own[type], ''));
    else if ((config.modules_to_save as string[] | null)?.some((m) => path.startsWith(`${m}.`))) saved.set(path, data);
    else throw new Error(`a tensor that ${type} does not know: ${name}`);
  }
  const get = (name: string): Tensor => {
    const t = tensors.get(name);
    if (!t) throw new Error(`no tensor ${name}`);
    return t;
  };
  const targets = config.target_modules as string | string[];
  const excluded = (config.exclude_modules as string[] | null) ?? [];
  const suffix = (list: string[], module: string) => list.some((item) => module === item || module.endsWith(`.${item}`));
  return {
    config,
    modules: [...modules],
    saved,
    selects: (module) => !suffix(excluded, module) && (typeof targets === 'string' ? new RegExp(`^(?:${targets})$`).test(module) : suffix(targets, module)),
    merged(module, weight, out, into) {
      const of = (name: string) => get(`${prefix}${module}.${name}`);
      switch (type) {
        case 'LORA': return lora(config, of, weight, out, into);
        case 'VERA': return vera(of, get, weight, out, into);
        default: return randlora(config, of, get, weight, out, into);
      }
    },
  };
}

type Get = (name: string) => Tensor;

function lora(config: Record<string, unknown>, of: Get, weight: ArrayLike<number>, out: number, into: number): Float64Array {
  const [A, B] = [of('lora_A.weight'), of('lora_B.weight')];
  const r = config.r as number;
  if (A.shape.join(',') !== `${r},${into}` || B.shape.join(',') !== `${out},${r}`) throw new Error('shapes of lora_A, lora_B');
  const s = (config.lora_alpha as number) / (config.use_rslora ? Math.sqrt(r) : r);
  const v = fill(out, into, (o, i) => {
    let sum = 0;
    for (let k = 0; k < r; k++) sum += defined(B.data[o * r + k]) * defined(A.data[k * into + i]);
    return defined(weight[o * into + i]) + s * sum;
  });
  if (!config.use_dora) return v;
  const m = of('lora_magnitude_vector').data;
  const norms = Array.from({ length: out }, (_, o) => Math.hypot(...v.subarray(o * into, (o + 1) * into)));
  return v.map((x, at) => (defined(m[Math.floor(at / into)]) * x) / defined(norms[Math.floor(at / into)]));
}

function vera(of: Get, get: Get, weight: ArrayLike<number>, out: number, into: number): Float64Array {
  const [A, B, b, d] = [get('base_model.vera_A'), get('base_model.vera_B'), of('vera_lambda_b').data, of('vera_lambda_d').data];
  return fill(out, into, (o, i) => {
    let sum = 0;
    for (let k = 0; k < d.length; k++) sum += defined(B.data[o * defined(B.shape[1]) + k]) * defined(d[k]) * defined(A.data[k * defined(A.shape[1]) + i]);
    return defined(weight[o * into + i]) + defined(b[o]) * sum;
  });
}

function randlora(config: Record<string, unknown>, of: Get, get: Get, weight: ArrayLike<number>, out: number, into: number): Float64Array {
  const r = config.r as number;
  const [mn, mx] = [Math.min(out, into), Math.max(out, into)];
  const n = Math.ceil(mn / r);
  const [lambda, gamma, A, B] = [of('randlora_lambda'), of('randlora_gamma'), get('base_model.randlora_A'), get('base_model.randlora_B')];
  if (lambda.shape.join(',') !== `${r},${n}` || gamma.shape.join(',') !== `${n},${mn}`) throw new Error('shapes of randlora_lambda, randlora_gamma');
  const [dmin, N] = [defined(A.shape[2]), defined(B.shape[1])];
  // FA (n r, mn): row s n + j is lambda[s, j] A[s, 0] gamma[j]. FB (mx, n r): column j r + s is B[:, j, s].
  const FA: number[][] = [];
  for (let s = 0; s < r; s++) for (let j = 0; j < n; j++) FA.push(Array.from({ length: mn }, (_, i) => defined(lambda.data[s * n + j]) * defined(A.data[s * dmin + i]) * defined(gamma.data[j * mn + i])));
  const M = fill(mx, mn, (row, col) => {
    let sum = 0;
    for (let j = 0; j < n; j++) for (let s = 0; s < r; s++) sum += defined(B.data[(row * N + j) * r + s]) * defined(defined(FA[j * r + s])[col]);
    return ((config.randlora_alpha as number) / r) * sum;
  });
  return fill(out, into, (o, i) => defined(weight[o * into + i]) + (into === mn ? defined(M[o * mn + i]) : defined(M[i * mn + o])));
}

function fill(rows: number, cols: number, value: (row: number, col: number) => number): Float64Array {
  return new Float64Array(rows * cols).map((_, i) => value(Math.floor(i / cols), i % cols));
}

function readTensors(bytes: Uint8Array): Map<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: [start, end] } = entry;
    if (dtype !== 'F32') throw new Error(`${name} is ${dtype}`);
    tensors.set(name, { shape, data: Array.from({ length: (end - start) / 4 }, (_, i) => view.getFloat32(8 + length + start + 4 * i, true)) });
  }
  return tensors;
}
