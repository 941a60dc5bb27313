import { Recorder } from '../engine/record';
import type { LinearOptions, Site } from '../nn/context';
import { recording } from '../nn/recording';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { linear } from '../ops/matmul';
import type { Model } from './model';

/** A linear layer of a model. */
export interface LinearInfo {
  name: string;
  in: number;
  out: number;
  adaptable: boolean;
  /** It has no bias; one when left out. */
  bias?: false;
  /** Rows that it sees of one image, or of the texts that one image is compared with. */
  rows: number;
  tower: Site['tower'];
}

/** Contents of a model, found by recording it once without a GPU. */
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
  /** Depth of a weight below the head, by name: 0 behind a tower's last block, 1 in it, and one more than there are blocks in the embeddings. */
  below: Map<string, number>;
}

const traced = new WeakMap<Model, Trace>();

/** Names and shapes of a model, which does not change: found once, and shared by all that ask. */
export function traceModel(model: Model): Readonly<Trace> {
  const known = traced.get(model) ?? record(model);
  traced.set(model, known);
  return known;
}

/** Records the model for one image and collects names and shapes. */
function record(model: Model): Trace {
  let at: Site['tower'] = model.language ? 'text' : 'image';
  const trace: Trace = { linears: [], weights: new Map(), matrices: new Set(), head: new Set(), tokens: 1, blocks: { image: [], text: [] }, below: new Map() };
  /** Blocks of each tower that are behind us, and where weights were found: the tower, and the block, -1 before the first. */
  const done = { image: 0, text: 0 };
  let inside = false;
  const found = new Map<string, { tower: Site['tower']; block: number }>();
  const rec = new Recorder();
  const ctx = recording({
    weight(name, shape, { table = false } = {}) {
      trace.weights.set(name, shape);
      if (table) trace.matrices.add(name);
      found.set(name, { tower: at, block: inside ? done[at] : done[at] === 0 ? -1 : Infinity });
      return rec.declare('frozen', name, shape);
    },
    linear(name: string, x: Tensor, out: number, { bias = true, adaptable = true, head = false }: LinearOptions = {}) {
      const size = lastOf(x);
      trace.linears.push({ name, in: size, out, adaptable, ...(!bias && { bias: false }), rows: rowsOf(x), tower: at });
      if (x.shape.length === 3 && x.shape[0] === 1) trace.tokens = Math.max(trace.tokens, defined(x.shape[1]));
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
    block(_, x, body) {
      inside = true;
      const out = body(x);
      inside = false;
      done[at]++;
      return out;
    },
  });
  // A table of tokens is read before the sequence enters its tower.
  const { tokenEmbedding } = ctx;
  ctx.tokenEmbedding = (table, ids, padding) => {
    found.set(table.label, { tower: 'text', block: -1 });
    return tokenEmbedding(table, ids, padding);
  };
  const input = () => (model.language ? ctx.input('input_ids', [1, model.language.tokens]) : rec.declare('input', 'pixel_values', [1, model.channels, model.image_size, model.image_size]));
  rec.program('trace', () => void model.forward(ctx, input()), { gradients: false });
  for (const [name, { tower, block }] of found) trace.below.set(name, Math.max(0, done[tower] - block));
  return trace;
}
