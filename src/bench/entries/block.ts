import { transformerBlock } from '../../nn/layers';
import { vitNames } from '../../models/vit/block';
import { engine, plainContext, recorderFor } from '../engine';
import { agreement, OURS, type Entry, type Group } from '../entry';
import { namedBlock } from '../hfNames';
import { relativeError } from '../numbers';
import { jax, ort, tfjs } from '../peers';
import { BLOCK, blockFlop, blockWork, EPS } from '../work';

const forward: Entry = {
  name: `forward, batch ${BLOCK.batch}`,
  flop: blockFlop(BLOCK),
  contestants: [
    {
      name: OURS,
      start: (setup) =>
        engine(setup, (device) => {
          const rec = recorderFor(device);
          const { weights, x } = blockWork();
          const input = rec.declare('input', 'x', x.shape);
          let out = input;
          const sizes = { heads: BLOCK.heads, hidden: BLOCK.mlp, eps: EPS, act: 'gelu' } as const;
          const program = rec.program('block', () => void (out = rec.keep(transformerBlock(plainContext(rec), input, vitNames('block'), sizes))), { gradients: false });
          return { rec, programs: [program], values: { ...namedBlock(weights, 'block'), x: x.data }, out };
        }),
    },
    jax('block', blockWork),
    tfjs('block', blockWork),
    ort('block', blockWork),
  ],
  check: agreement(relativeError),
  tolerance: 1e-4,
};

export const block: Group = { name: 'block', title: 'One block of ViT-B/32 (50 tokens, width 768, 12 heads, MLP 3072)', baseline: 'jax-js', entries: [forward] };
