import { Adapted } from '../adapters/adapted';
import type { Form } from '../adapters/method';
import { sizeOf } from '../engine/tensor';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { deviceOptions } from '../train/plan';
import { recordPrograms, type ProgramOptions } from '../train/programs';
import type { MethodConfig } from '../train/protocol';
import { engine } from './engine';
import type { Contestant } from './entry';
import { randn } from './numbers';
import { modelWeights, type Shape } from './shapes';

/** The parts of a training step that differ between contestants. */
export interface Way {
  name: string;
  config: MethodConfig;
  form?: Form;
  options?: Partial<ProgramOptions>;
  /** Learning rate; 1e-4 when left out. */
  lr?: number;
}

/** Training steps of one model by one method: forward and backward of each micro-batch, clipping and AdamW; the loss is read each step. */
export const trainingStep = ({ config, batch }: Shape, way: Way): Contestant => ({
  name: way.name,
  async start(setup) {
    const adapted = new Adapted(parseModel(config), way.config);
    const running = await engine(setup, async (device) => {
      const { accumulate = 1 } = way.options ?? {};
      const { rec, once, trunk, train, update, inputs, metrics } = recordPrograms(adapted, {
        batch, weight_decay: 0.05, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: way.form, ...deviceOptions(device.report), ...way.options,
      });
      const weights = modelWeights(adapted.trace);
      const start = await adapted.initialise(0, async (name) => defined(weights[name]));
      return {
        rec,
        ...(trunk && { before: trunk.program }),
        programs: [...(once ? [once] : []), ...Array.from({ length: accumulate }, (_, micro) => ({ program: train, micro })), update!],
        values: { ...weights, ...start, pixel_values: randn(sizeOf(inputs.pixel_values!.shape), 1, 777), labels: Uint32Array.from({ length: batch }, (_, i) => i % 10) },
        scalars: () => ({ lr: way.lr ?? 1e-4, headLr: 1e-4, c1: 10, c2: 31, invCount: 1 / (batch * accumulate), maxNorm: 1 }),
        loss: metrics,
      };
    });
    return { ...running, parameters: adapted.counts().adapter_parameters };
  },
});
