import { Recorder, type AttentionForm } from '../../engine/record';
import { packedAttention } from '../../ops/attention';
import { headTakes } from '../../ops/attentionHead';
import { deviceOptions } from '../../train/plan';
import { engine } from '../engine';
import { agreement, OURS, type Contestant, type Entry, type Group } from '../entry';
import { randn, relativeError } from '../numbers';

/** The forms that are compared, the first being the baseline; null is what the engine chooses itself. */
const FUSED = 'fused';
const forms: Record<string, Partial<AttentionForm> | null> = {
  [OURS]: null,
  [FUSED]: { forward: 'fused', backward: 'fused', keep: false },
  'backward by products': { forward: 'fused', backward: 'products', keep: false },
  'both by products': { forward: 'products', backward: 'products', keep: false },
  'both by products, P kept': { forward: 'products', backward: 'products', keep: true },
  'backward a workgroup a head': { forward: 'fused', backward: 'head', keep: false },
};

/** Forward and backward of one attention; its arithmetic is six products of T x T x D a head. */
function entry(model: string, B: number, T: number, heads: number, D: number): Entry {
  const C = heads * D;
  const contestant = ([name, attention]: [string, Partial<AttentionForm> | null]): Contestant => ({
    name,
    start: (setup) =>
      engine(setup, (device) => {
        const rec = new Recorder({ ...deviceOptions(device.report), attention: attention ?? undefined });
        const qkv = rec.declare('input', 'qkv', [B, T, 3 * C], 'f32', true);
        const dout = rec.declare('input', 'dout', [B, T, C]);
        let grad = qkv;
        const program = rec.program('attention', () => {
          rec.backward(packedAttention(qkv, heads), dout);
          grad = rec.keep(rec.gradOf(qkv)!);
        });
        return { rec, programs: [program], values: { qkv: randn(3 * B * T * C, 1, 21), dout: randn(B * T * C, 1, 22) }, out: grad };
      }),
  });
  return {
    name: `${model}, ${B}x${T}, ${heads} heads of ${D}`,
    flop: 6 * 2 * B * heads * T * T * D,
    contestants: Object.entries(forms).filter(([, form]) => form?.backward !== 'head' || headTakes({ T })).map(contestant),
    check: agreement(relativeError),
    // Sums of up to 197 products of sums of 64, in f32 and another order.
    tolerance: 1e-5,
  };
}

export const attention: Group = {
  name: 'attention',
  title: 'Attention forward and backward, q, k and v in one tensor, by the kernels that compute it',
  baseline: FUSED,
  entries: [entry('small ViT', 32, 65, 3, 64), entry('CLIP B/32', 8, 50, 12, 64), entry('ViT-B/16', 2, 197, 12, 64)],
};
