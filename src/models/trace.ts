import { Recorder } from '../engine/record';
import type { LinearOptions, Site } from '../nn/context';
import { recording } from '../nn/recording';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { linear } from '../ops/matmul';
import type { VisionModel } from './model';

/** A linear layer of a model. */
export interface LinearInfo {
  name: string;
  in: number;
  out: number;
  adaptable: boolean;
  /** Rows that it sees of one image, or of the texts that one image is compared with. */
  rows: number;
  tower: Site['tower'];
}

/** What a model consists of, found by recording it once without a GPU. */
export interface Trace {
  linears: LinearInfo[];
  /** Weights by Hugging Face name, in the order of use. */
  weights: Map<string, readonly number[]>;
  /** Weight matrices of linear layers, which may be stored as f16. */
  matrices: Set<string>;
  /** Names of the head's tensors. */
  head: Set<string>;
  /** Tokens of one image. */
  tokens: number;
  /** Width of the sequences that enter each block of a tower. */
  blocks: Record<Site['tower'], number[]>;
}

const traced = new WeakMap<VisionModel, Trace>();

/** Names and shapes of a model, which does not change: found once, and shared by all that ask. */
export function traceModel(model: VisionModel): Readonly<Trace> {
  const known = traced.get(model) ?? record(model);
  traced.set(model, known);
  return known;
}

/** Records the model for one image and collects names and shapes. */
function record(model: VisionModel): Trace {
  let at: Site['tower'] = 'image';
  const trace: Trace = { linears: [], weights: new Map(), matrices: new Set(), head: new Set(), tokens: 1, blocks: { image: [], text: [] } };
  const rec = new Recorder();
  const ctx = recording({
    weight(name, shape) {
      trace.weights.set(name, shape);
      return rec.declare('frozen', name, shape);
    },
    linear(name: string, x: Tensor, out: number, { bias = true, adaptable = true, head = false }: LinearOptions = {}) {
      const size = lastOf(x);
      trace.linears.push({ name, in: size, out, adaptable, rows: rowsOf(x), tower: at });
      if (x.shape.length === 3 && x.shape[0] === 1) trace.tokens = Math.max(trace.tokens, x.shape[1]!);
      const weight = ctx.weight(`${name}.weight`, [out, size]);
      trace.matrices.add(`${name}.weight`);
      const b = bias ? ctx.weight(`${name}.bias`, [out]) : null;
      if (head) for (const part of bias ? ['weight', 'bias'] : ['weight']) trace.head.add(`${name}.${part}`);
      return linear(x, weight, { bias: b });
    },
    linears: (names, x, out, options) => names.map((name) => ctx.linear(name, x, out, options)),
    tokens({ tower }, x) {
      at = tower;
      trace.blocks[tower].push(lastOf(x));
      return x;
    },
    block: (_, body) => body(),
  });
  rec.program('trace', () => void model.forward(ctx, rec.declare('input', 'pixel_values', [1, model.channels, model.image_size, model.image_size])), {
    gradients: false,
  });
  return trace;
}
