import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { defined } from '../../numbers/defined';
import type { Place, Running } from '../entry';
import { ADAM, BLOCK, EPS, VIT, vitBatch, vitWeights, type BlockWeights, type VitWeights, type Weight } from '../work';
import type { Peer } from './peer';

type Arrays<T> = { [K in keyof T]: T[K] extends Weight ? np.Array : T[K] extends (infer U)[] ? Arrays<U>[] : never };

async function begin(place: Place): Promise<void> {
  const backend = place === 'processor' ? 'wasm' : 'webgpu';
  if (!(await init(backend)).includes(backend)) throw new Error(`jax-js refused its backend ${backend}`);
  defaultDevice(backend);
}

const array = ({ data, shape }: Weight): np.Array => np.array(data).reshape(shape);

/** Weights as arrays, in the same structure. */
function arrays<T extends object>(weights: T): Arrays<T> {
  const one = (w: unknown): unknown => (Array.isArray(w) ? w.map(arrays) : array(w as Weight));
  return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, one(w)])) as Arrays<T>;
}

/** Runs `compute` step by step and keeps the last result; `inputs` are given back at the end. */
function stepper(compute: () => np.Array, inputs: unknown): Running {
  let last: np.Array | undefined;
  return {
    async step() {
      last?.dispose();
      last = compute();
      await last.blockUntilReady();
    },
    result: async () => Float32Array.from((await last!.ref.data()) as Float32Array),
    stop() {
      last?.dispose();
      tree.dispose(inputs);
    },
  };
}

// jax-js counts references: an operation takes its operands, `.ref` keeps one for later.
const layerNorm = (x: np.Array, g: np.Array, b: np.Array): np.Array => nn.standardize(x, -1, { epsilon: EPS }).mul(g).add(b);
const linear = (x: np.Array, w: np.Array, b: np.Array): np.Array => np.matmul(x, w).add(b);

function block(x: np.Array, p: Arrays<BlockWeights>, heads: number): np.Array {
  const [B, T, D] = x.shape as [number, number, number];
  const qkv = linear(layerNorm(x.ref, p.ln1G, p.ln1B), p.qkvW, p.qkvB);
  const [q, k, v] = np.split(qkv, 3, -1).map((t) => t.reshape([B, T, heads, D / heads])) as [np.Array, np.Array, np.Array];
  const y = x.add(linear(nn.dotProductAttention(q, k, v).reshape([B, T, D]), p.projW, p.projB));
  const h = nn.gelu(linear(layerNorm(y.ref, p.ln2G, p.ln2B), p.fc1W, p.fc1B), { approximate: false });
  return y.add(linear(h, p.fc2W, p.fc2B));
}

function vitForward(p: Arrays<VitWeights>, x: np.Array): np.Array {
  const B = defined(x.shape[0]);
  let h = np.concatenate([np.broadcastTo(p.cls, [B, 1, VIT.dim]), linear(x, p.patchW, p.patchB)], 1).add(p.pos);
  for (const b of p.blocks) h = block(h, b, VIT.heads);
  const [first, rest] = np.split(h, [1], 1) as [np.Array, np.Array];
  rest.dispose();
  return linear(layerNorm(first.reshape([B, VIT.dim]), p.normG, p.normB), p.headW, p.headB);
}

const loss = (p: Arrays<VitWeights>, x: np.Array, y: np.Array): np.Array => nn.logSoftmax(vitForward(p, x)).mul(y).sum().mul(-1 / VIT.batch);

/** Adam, written with jax-js's own helpers for trees: its optimizers are another package. */
function adamStep() {
  const { beta1, beta2, eps } = ADAM;
  type P = Arrays<VitWeights>;
  return jit((p: P, m: P, v: P, scale1: np.Array, scale2: np.Array, x: np.Array, y: np.Array) => {
    const [l, g] = valueAndGrad(loss)(tree.ref(p), x, y);
    const m2 = tree.map((a: np.Array, b: np.Array) => a.mul(beta1).add(b.mul(1 - beta1)), m, tree.ref(g));
    const v2 = tree.map((a: np.Array, b: np.Array) => a.mul(beta2).add(np.square(b).mul(1 - beta2)), v, g);
    const p2 = tree.map((a: np.Array, b: np.Array, c: np.Array) => a.sub(b.mul(scale1.ref).div(np.sqrt(c.mul(scale2.ref)).add(eps))), p, tree.ref(m2), tree.ref(v2));
    scale1.dispose();
    scale2.dispose();
    return [l, p2, m2, v2] as [np.Array, P, P, P];
  });
}

export const works: Peer = {
  async matmul({ M, K, N, xTransposed, x, w }, place) {
    await begin(place);
    const a = array({ data: x, shape: xTransposed ? [K, M] : [M, K] });
    const b = array({ data: w, shape: [K, N] });
    await blockUntilReady([a, b]);
    return stepper(() => np.matmul(xTransposed ? np.transpose(a.ref) : a.ref, b.ref), [a, b]);
  },
  async block({ weights, x }, place) {
    await begin(place);
    const p = arrays(weights);
    const input = array(x);
    const forward = jit((q: Arrays<BlockWeights>, y: np.Array) => block(y, q, BLOCK.heads));
    return stepper(() => forward(tree.ref(p), input.ref), { p, input });
  },
  async vit(_, place) {
    await begin(place);
    let p = arrays(vitWeights());
    let [m, v] = [0, 1].map(() => tree.map((a: np.Array) => np.zerosLike(a.ref), p)) as [Arrays<VitWeights>, Arrays<VitWeights>];
    const batch = vitBatch();
    const x = array(batch.x);
    const y = nn.oneHot(np.array(batch.y), VIT.classes);
    const step = adamStep();
    const losses: number[] = [];
    return {
      async step() {
        const t = losses.length + 1;
        let l: np.Array;
        [l, p, m, v] = step(p, m, v, np.array(ADAM.lr / (1 - ADAM.beta1 ** t)), np.array(1 / (1 - ADAM.beta2 ** t)), x.ref, y.ref);
        losses.push(defined(((await l.data()) as Float32Array)[0]));
        await blockUntilReady(p);
      },
      result: async () => Float32Array.from(losses),
      stop: () => tree.dispose({ p, m, v, x, y }),
    };
  },
};
