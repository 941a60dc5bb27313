import type { ModelFamily, Model } from '../../models/model';
import { blockOutputs } from '../../models/blockOutputs';
import { labelsOf } from '../../models/fields';
import { norm } from '../../nn/layers';

const WIDTH = 32;
const PATCH = 8;

/**
 * A family that the project does not ship: patches, blocks of an MLP alone, their mean, a head. Its sizes are fixed, its files as
 * plain as files can be.
 */
export const family: ModelFamily = {
  model_types: ['patch_mlp'],
  title: 'Patch MLP',
  parse: (config) => build(labelsOf((config as { id2label: Record<string, string> }).id2label, undefined), 16),
};

function build(labels: string[], side: number): Model {
  const patches = (side / PATCH) ** 2;
  return {
    family: 'patch_mlp', image_size: side, patch_size: PATCH, channels: 3, hidden_size: WIDTH, num_labels: labels.length, labels,
    outputOf: blockOutputs('blocks', { mlp: 'down' }), head: 'head', default_target_modules: ['up', 'down'], tokens: { before: 0, read: { first: 0, count: patches } },
    with: (change) => build(change.labels ?? labels, change.image_size ?? change.height ?? side),
    forward(ctx, pixels) {
      let x = ctx.patches('stem', pixels, PATCH, WIDTH);
      for (let i = 0; i < 2; i++) {
        x = ctx.block(`blocks.${i}`, x, (from) => {
          const h = ctx.linear(`blocks.${i}.up`, norm(ctx, `blocks.${i}.norm`, from, 1e-5), 2 * WIDTH, { act: 'gelu' });
          return ctx.linear(`blocks.${i}.down`, h, WIDTH, { residual: from });
        });
      }
      return ctx.linear('head', ctx.pool(x, 0, patches), labels.length, { head: true, adaptable: false });
    },
  };
}
