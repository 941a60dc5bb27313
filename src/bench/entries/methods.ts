import { Adapted, type Form } from '../../adapters/adapted';
import { sizeOf } from '../../engine/tensor';
import { parseModel } from '../../models';
import { deviceOptions } from '../../train/plan';
import { recordPrograms } from '../../train/programs';
import type { MethodConfig } from '../../train/protocol';
import { engine } from '../engine';
import { agreement, type Contestant, type Entry, type Group } from '../entry';
import { randn, relativeError } from '../numbers';
import { modelWeights, SHAPES, type Shape } from '../shapes';

const METHODS: { name: string; config: MethodConfig; form?: Form }[] = [
  { name: 'full', config: { method: 'full' } },
  { name: 'lora r 32', config: { method: 'lora', r: 32 }, form: 'streamed' },
  { name: 'randlora r 4 streamed', config: { method: 'randlora', r: 4 }, form: 'streamed' },
  { name: 'randlora r 4 merged', config: { method: 'randlora', r: 4 }, form: 'merged' },
];

/** Training steps of one model by one method. */
function contestant({ config, batch }: Shape, m: (typeof METHODS)[number]): Contestant {
  return {
    name: m.name,
    async start(setup) {
      const adapted = new Adapted(parseModel(config), m.config);
      const running = await engine(setup, async (device) => {
        const { rec, train, update, pixels, labels, metrics } = recordPrograms(adapted, {
          batch, weight_decay: 0.05, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: m.form, ...deviceOptions(device.report),
        });
        const weights = modelWeights(adapted.trace);
        const start = await adapted.initialise(0, async (name) => weights[name]!);
        return {
          rec,
          programs: [train, update!],
          values: { ...weights, ...start, [pixels.label]: randn(sizeOf(pixels.shape), 1, 777), [labels.label]: Uint32Array.from({ length: batch }, (_, i) => i % 10) },
          scalars: () => ({ lr: 1e-4, headLr: 1e-4, c1: 10, c2: 31, invCount: 1 / batch, maxNorm: 1 }),
          loss: metrics,
        };
      });
      return { ...running, parameters: adapted.counts().adapter_parameters };
    },
  };
}

const entry = (shape: Shape): Entry => ({
  name: `${shape.name}, batch ${shape.batch}`,
  contestants: METHODS.map((m) => contestant(shape, m)),
  // Every method starts as the model itself, so the first losses agree.
  check: agreement((got, want) => relativeError(got.slice(0, 1), want.slice(0, 1))),
  tolerance: 1e-5,
});

export const methods: Group = { name: 'methods', title: 'Training step by method: forward, backward, update of what the method trains', baseline: 'full', entries: SHAPES.map(entry) };
