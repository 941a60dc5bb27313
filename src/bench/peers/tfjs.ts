import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgpu';
import { defined } from '../../numbers/defined';
import type { Running } from '../entry';
import { ADAM, BLOCK, EPS, VIT, vitBatch, vitWeights, type BlockWeights, type VitWeights, type Weight } from '../work';
import type { Peer } from './peer';

type Tensors<T> = { [K in keyof T]: T[K] extends Weight ? tf.Tensor : T[K] extends (infer U)[] ? Tensors<U>[] : never };

const factory = tf.findBackendFactory('webgpu');

/** A fresh backend: the one of the entry before is gone with the buffers it kept for later. */
async function begin(): Promise<void> {
  if (!factory) throw new Error('tfjs found no WebGPU when it was loaded');
  if (!tf.findBackendFactory('webgpu')) tf.registerBackend('webgpu', factory, 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs refused its WebGPU backend');
  await tf.ready();
}

const stop = (): void => {
  tf.disposeVariables();
  tf.removeBackend('webgpu');
};

/** Waits for the device by reading one value: tfjs has no other way. */
async function done(t: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(t, [-1]), [0], [1]));
  await first.data();
  first.dispose();
}

/** Runs `compute` step by step and keeps the last result. */
function stepper(compute: () => tf.Tensor): Running {
  let last: tf.Tensor | undefined;
  return {
    async step() {
      last?.dispose();
      last = tf.tidy(compute);
      await done(last);
    },
    result: async () => Float32Array.from(await last!.data()),
    stop,
  };
}

/** Weights as variables, in the same structure. */
function variables<T extends object>(weights: T): Tensors<T> {
  const one = (w: unknown): unknown => (Array.isArray(w) ? w.map(variables) : tf.variable(tf.tensor((w as Weight).data, (w as Weight).shape)));
  return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, one(w)])) as Tensors<T>;
}

function layerNorm(x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPS))), g), b);
}

const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

function linear(x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const rows = tf.reshape(x, [-1, w.shape[0]]);
  return tf.reshape(tf.add(tf.matMul(rows, w), b), [...x.shape.slice(0, -1), defined(w.shape[1])]);
}

function block(x: tf.Tensor, p: Tensors<BlockWeights>, heads: number): tf.Tensor {
  const [B, T, D] = x.shape as [number, number, number];
  const qkv = tf.transpose(tf.reshape(linear(layerNorm(x, p.ln1G, p.ln1B), p.qkvW, p.qkvB), [B, T, 3, heads, D / heads]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(qkv) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D / heads)));
  const attended = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [B, T, D]);
  const y = tf.add(x, linear(attended, p.projW, p.projB));
  return tf.add(y, linear(gelu(linear(layerNorm(y, p.ln2G, p.ln2B), p.fc1W, p.fc1B)), p.fc2W, p.fc2B));
}

function vitForward(p: Tensors<VitWeights>, x: tf.Tensor): tf.Tensor {
  const B = x.shape[0];
  let h = tf.add(tf.concat([tf.tile(p.cls, [B, 1, 1]), linear(x, p.patchW, p.patchB)], 1), p.pos);
  for (const b of p.blocks) h = block(h, b, VIT.heads);
  const first = tf.reshape(tf.slice(h, [0, 0, 0], [B, 1, VIT.dim]), [B, VIT.dim]);
  return tf.add(tf.matMul(layerNorm(first, p.normG, p.normB), p.headW), p.headB);
}

export const works: Peer = {
  async matmul({ M, K, N, xTransposed, x, w }) {
    await begin();
    const a = tf.tensor2d(x, xTransposed ? [K, M] : [M, K]);
    const b = tf.tensor2d(w, [K, N]);
    return stepper(() => tf.matMul(a, b, xTransposed, false));
  },
  async block({ weights, x }) {
    await begin();
    const p = variables(weights);
    const input = tf.tensor(x.data, x.shape);
    return stepper(() => block(input, p, BLOCK.heads));
  },
  async vit() {
    await begin();
    const p = variables(vitWeights());
    const batch = vitBatch();
    const x = tf.tensor(batch.x.data, batch.x.shape);
    const y = tf.cast(tf.oneHot(tf.tensor1d(batch.y, 'int32'), VIT.classes), 'float32');
    const adam = tf.train.adam(ADAM.lr, ADAM.beta1, ADAM.beta2, ADAM.eps);
    const losses: number[] = [];
    return {
      async step() {
        const loss = adam.minimize(() => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(y, vitForward(p, x)), true)!;
        losses.push(defined((await loss.data())[0]));
        loss.dispose();
      },
      result: async () => Float32Array.from(losses),
      stop,
    };
  },
};
