import { constantValues, lastOf } from '../../engine/tensor';
import type { Port } from '../../io/onnx/encode';
import type { OnnxGraph } from '../../io/onnx/graph';
import type { Context } from '../../nn/context';
import { groupedAttention, rotary, spans } from './decoder';
import { attention, eachProduct, linear, patches, product, rmsNorm, slice, swiglu, type GraphValue } from './layers';
import { insertTokens, lastTokens, pickTokens, places, pool } from './tokens';

export interface GraphContext extends Context<GraphValue> {
  /** Inputs of the graph besides its images or ids, as they were asked for. */
  readonly inputs: Port[];
}

/** Dimensions that a file leaves open, by the names that Optimum's exports have for them. */
export const [BATCH, SEQUENCE] = ['batch_size', 'sequence_length'] as const;

/**
 * A context that writes what a forward pass asks for into a graph: nodes of standard operators, and weights that are stored
 * under their names, in whatever values the file is given. Adapters are no part of it: they are merged by then. `rows` is the
 * shape of what comes with each batch, where not even its length is certain: (B, T) of texts.
 */
export function graphContext(g: OnnxGraph, rows?: Port['shape']): GraphContext {
  const inputs: Port[] = [];
  /** Block that is being written, in front of the names of its nodes. */
  let scope: string[] = [];
  const named = (name: string) => [...scope, name].join('/');
  /** A node whose result has the shape of `like`. */
  const alike = (like: GraphValue, type: string, others: string[], name: string): GraphValue => ({ name: g.op(type, [like.name, ...others], {}, named(name)), shape: like.shape });
  const scaled = (x: GraphValue, by: number): GraphValue => (by === 1 ? x : alike(x, 'Mul', [g.scalar(by)], 'times'));
  const weight = (name: string, shape: readonly number[]): GraphValue => ({ name: g.weight(name, shape), shape });
  return {
    inputs,
    weight,
    fixed: weight,
    constant(name, shape, data) {
      const values = constantValues(data);
      return { name: g.constant(name, values instanceof Uint32Array ? [...values] : values, [...shape]), shape };
    },
    input(name, shape, below) {
      if (below === 1) return { name: g.constant(name, [0], [1, 1]), shape };
      g.keep(name);
      if (!inputs.some((known) => known.name === name)) inputs.push({ name, shape: rows ?? [BATCH, ...shape.slice(1)], type: 'i64' });
      return { name, shape };
    },
    positions: (ids, padding) => places(g, ids, padding),
    linear: (name, x, out, options) => linear(g, name, x, out, options),
    linears: (names, x, out, options) => names.map((name) => linear(g, name, x, out, options)),
    patches: (name, pixels, side, out, options) => patches(g, name, pixels, side, out, options),
    product: (x, w, { transposed = false, label }) => product(g, x, w, transposed, named(label)),
    layerNorm: (x, w, b, eps, name) => ({ ...x, name: g.op('LayerNormalization', [x.name, w.name, b.name], { axis: -1, epsilon: { float: eps } }, name) }),
    l2Normalize: (x) => alike(x, 'Div', [g.op('ReduceL2', [x.name], { axes: [-1], keepdims: 1 }, named('length'))], 'normalised'),
    attend: (qkv, options) => attention(g, named('attention'), qkv, options),
    attendGrouped: (qkv, seen, heads) => groupedAttention(g, named('attention'), qkv, seen, heads),
    spans: (mask, window) => spans(g, mask, window),
    rotary: (x, positions, table, heads) => rotary(g, named('rotary'), x, positions, table, heads),
    swiglu: (x) => swiglu(g, named('swiglu'), x),
    rmsNorm: (x, w, eps, name) => rmsNorm(g, name, x, w, eps),
    lastTokens: (mask) => lastTokens(g, mask),
    add(x, y, { alpha = 1, beta = 1, label = 'add' } = {}) {
      if (alpha === beta) return scaled(alike(x, 'Add', [y.name], label), alpha);
      return alike(scaled(x, alpha), 'Add', [scaled(y, beta).name], label);
    },
    addRows: (x, rows) => alike(x, 'Add', [rows.name], 'add rows'),
    scaleColumns: (x, s) => alike(x, 'Mul', [s.name], 'scaled'),
    expScale: (x, s, label) => alike(x, 'Mul', [g.op('Exp', [s.name], {}, named('factor'))], label),
    concat: (x, y) => ({ name: g.op('Concat', [x.name, y.name], { axis: -1 }, named('concat')), shape: [...x.shape.slice(0, -1), lastOf(x) + lastOf(y)] }),
    embed: (tokens, cls, positions) => alike(insertTokens(g, tokens, cls, 0), 'Add', [positions.name], 'embeddings'),
    tokens: (_, x) => x,
    once: (_, body) => body(),
    compare: ({ logits }) => logits,
    eachProduct: (x, y, label) => eachProduct(g, x, y, named(label)),
    insertTokens: (x, tokens, first) => insertTokens(g, x, tokens, first),
    tokenEmbedding: (table, ids) => ({ name: g.op('Gather', [table.name, ids.name], { axis: 0 }, named('token embeddings')), shape: [...ids.shape, lastOf(table)] }),
    rows: (w, first, count) => (count === w.shape.at(-2) ? w : slice(g, w, w.shape.length - 2, first, count, `${w.name}/rows`)),
    pool: (x, first, count) => pool(g, x, first, count),
    pickTokens: (x, at) => pickTokens(g, x, at),
    block(name, x, body) {
      const outer = scope;
      scope = [name];
      const y = body(x);
      scope = outer;
      return y;
    },
  };
}
