import { FormatError } from '../../io/formatError';
import type { OnnxDtype } from '../../io/onnx/dtype';
import { defined } from '../../numbers/defined';

/** Agreement of an exported file with what the engine computes. */
export interface ExportVerdict {
  ok: boolean;
  /** Number of images that were compared, or of texts, or of tokens of texts. */
  images: number;
  /** Largest difference of a logit, absolute and relative to the largest logit. */
  max_abs: number;
  max_rel: number;
  /** Share of them whose top class is the same, 0 to 1; a tie within the difference counts as the same. */
  top1: number;
  /** For people: the numbers, and what to make of them. */
  text: string;
  /** Test images that the file was run on besides, and how many of them it answers rightly. */
  tested?: { images: number; right: number };
}

/** Images in the form the model takes, and what the engine makes of them. */
export interface Probe {
  /** (B, 3, H, W). */
  pixel_values: Float32Array;
  shape: [batch: number, channels: number, height: number, width: number];
  /** (B, K), of the model with its adapter, before merging. */
  logits: Float32Array;
}

/** The same of texts. */
export interface TextProbe {
  /** Inputs by name, (B, T) each. A file takes those that it has. */
  texts: Record<string, Uint32Array>;
  shape: [batch: number, tokens: number];
  /** (B, K), or (B, T, K) where `byTokens`: then what is hidden by `attention_mask` says nothing. */
  logits: Float32Array;
  byTokens: boolean;
}

/** A probe without what the engine makes of it. */
type ProbeInput = Pick<Probe, 'pixel_values' | 'shape'> | Pick<TextProbe, 'texts' | 'shape'>;

export interface VerifyOptions {
  /** Address of onnxruntime-web's ort-wasm-simd-threaded.wasm; in Node it finds its own. */
  wasm?: string;
  /** Largest relative difference that is still the same model: rounding in f32, or of weights stored as f16. */
  tolerance?: number;
}

/** Tolerances by how matrices are stored; with 8 bits what the file answers on test images says more. */
export const TOLERANCE: Record<OnnxDtype, number> = { f32: 1e-3, f16: 2e-2, q8: 0.15 };

/**
 * Runs an ONNX file in onnxruntime-web (WebAssembly) on probe images or texts and compares its logits with the engine's.
 * onnxruntime-web is loaded here and nowhere else. Throws FormatError when the file cannot be run.
 */
export async function verifyOnnx(bytes: Uint8Array, probe: Probe | TextProbe, { wasm, tolerance }: VerifyOptions = {}): Promise<ExportVerdict> {
  const got = await runOnnx(bytes, probe, wasm);
  if (!('texts' in probe)) return compareLogits(probe, got, tolerance);
  if (!probe.byTokens || got.length !== probe.logits.length) return compareLogits(probe, got, tolerance, 'texts');
  const seen = probe.texts.attention_mask!;
  const classes = got.length / seen.length;
  const counting = (logits: Float32Array) => logits.filter((_, i) => seen[Math.floor(i / classes)] !== 0);
  return compareLogits({ logits: counting(probe.logits), shape: [seen.filter((one) => one !== 0).length] }, counting(got), tolerance, 'tokens');
}

/** Logits (B, K), or (B, T, K), of an ONNX file. Throws FormatError. */
export async function runOnnx(bytes: Uint8Array, asked: ProbeInput, wasm?: string): Promise<Float32Array> {
  return withOnnx(bytes, wasm, (run) => run(asked));
}

/** Images that a file answers rightly, of these; `pixels` gives them as the model takes them, some at a time. Throws FormatError. */
export async function rightAnswers(bytes: Uint8Array, pixels: () => AsyncIterable<Pick<Probe, 'pixel_values' | 'shape'> & { labels: ArrayLike<number> }>, wasm?: string): Promise<number> {
  return withOnnx(bytes, wasm, async (run) => {
    let right = 0;
    for await (const { labels, ...asked } of pixels()) {
      const logits = await run(asked);
      const classes = logits.length / labels.length;
      for (let i = 0; i < labels.length; i++) if (indexOfMax(logits.subarray(i * classes, (i + 1) * classes)) === labels[i]) right++;
    }
    return right;
  });
}

/** Opens a file in onnxruntime-web, has it used, and closes it. Throws FormatError when it cannot be run, and what its user throws as it is. */
async function withOnnx<T>(bytes: Uint8Array, wasm: string | undefined, use: (run: (asked: ProbeInput) => Promise<Float32Array>) => Promise<T>): Promise<T> {
  const ort = await import('onnxruntime-web/wasm');
  // One thread: more would need a cross-origin isolated page and workers of its own.
  ort.env.wasm.numThreads = 1;
  if (wasm !== undefined) ort.env.wasm.wasmPaths = { wasm };
  const refused = (error: unknown): never => {
    throw new FormatError(`onnxruntime-web cannot run this ONNX file: ${String((error as Error)?.message ?? error).slice(0, 300)}`);
  };
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 }).catch(refused);
  try {
    const { inputNames } = session;
    const feedsOf = (asked: ProbeInput) => 'texts' in asked ? Object.fromEntries(Object.entries(asked.texts).filter(([name]) => inputNames.includes(name)).map(([name, data]) => [name, new ort.Tensor('int64', BigInt64Array.from(data, BigInt), asked.shape)])) : { pixel_values: new ort.Tensor('float32', asked.pixel_values, asked.shape) };
    const run = async (asked: ProbeInput): Promise<Float32Array> => {
      const { logits } = await session.run(feedsOf(asked));
      return (logits!.data as Float32Array).slice();
    };
    return await use((asked) => run(asked).catch(refused));
  } finally {
    await session.release();
  }
}

/** Compares logits of B images, or of what else they are `of`, with the probe's. */
export function compareLogits({ logits: want, shape: [images] }: { logits: Float32Array; shape: readonly [batch: number, ...unknown[]] }, got: Float32Array, tolerance = TOLERANCE.f32, of: 'images' | 'texts' | 'tokens' = 'images'): ExportVerdict {
  if (got.length !== want.length) return { ok: false, images, max_abs: Infinity, max_rel: Infinity, top1: 0, text: `The exported file gives ${got.length} logits for ${images} ${of}, the engine ${want.length}: do not use it.` };
  let max_abs = 0;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(defined(got[i]) - defined(want[i]));
    max_abs = d <= max_abs ? max_abs : Number.isNaN(d) ? Infinity : d;
    largest = Math.max(largest, Math.abs(defined(want[i])));
  }
  const max_rel = max_abs === 0 ? 0 : max_abs / largest;
  const classes = want.length / images;
  // Classes this close are a tie, which rounding may decide either way.
  const tie = 2 * Math.min(max_abs, tolerance * largest);
  let same = 0;
  for (let i = 0; i < images; i++) {
    const row = want.subarray(i * classes, (i + 1) * classes);
    const top = indexOfMax(got.subarray(i * classes, (i + 1) * classes));
    if (defined(row[top]) >= defined(row[indexOfMax(row)]) - tie) same++;
  }
  const ok = max_rel <= tolerance && same === images;
  // A single logit is a number, and tells no classes apart.
  const on = classes === 1 ? `on ${images} ${of}` : `the same top class on ${same} of ${images} ${of}`;
  const numbers = `largest difference ${max_abs.toExponential(1)} (${max_rel.toExponential(1)} of the largest logit), ${on}`;
  const text = ok ? `The exported file computes what the engine computes: ${numbers}.` : `The exported file does not compute what the engine computes: ${numbers}; at most ${tolerance} is rounding. Do not use it.`;
  return { ok, images, max_abs, max_rel, top1: same / images, text };
}

const indexOfMax = (row: Float32Array): number => row.reduce((best, v, i) => (v > defined(row[best]) ? i : best), 0);
