import type { Adapted } from '../adapters/adapted';
import type { ImageList } from '../data/images';
import { preprocess, withSize } from '../data/preprocess';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import { lastOf, type Tensor } from '../engine/tensor';
import { classifierOf } from '../models/model';
import type { Context } from '../nn/context';
import { softmax } from '../numbers/softmax';
import { completeTrain } from './config';
import type { FeatureRows } from './labelOrder';
import type { ProgramOptions } from './programs';
import type { FrozenDtype } from './protocol';
import { withPrograms, type OpenedAdapter } from './withPrograms';

/** Pictures a batch: few, so that a stop is heard soon. */
const BATCH = 8;

/** A forward pass that keeps what the head reads of each picture. */
interface FeaturePrograms {
  rec: Recorder;
  evaluate: Program;
  /** (B, channels, H, W) */
  pixels: Tensor;
  /** (B, C) */
  features: Tensor;
  /** (B, K) */
  logits: Tensor;
}

/** Records it. Of a CLIP whose classes are texts the features are those that are compared with them. */
function recordFeatures(adapted: Adapted, options: ProgramOptions): FeaturePrograms {
  const rec = new Recorder(options);
  const model = classifierOf(adapted.model);
  const { batch } = options;
  const plain = adapted.context({ ...options, rec, training: false, checkpoint_activations: false });
  const found: { features?: Tensor; logits?: Tensor } = {};
  const context: Context = {
    ...plain,
    linear(name, x, out, how = {}) {
      if (how.head) found.features = x;
      return plain.linear(name, x, out, how);
    },
    l2Normalize: (x) => (found.features = plain.l2Normalize(x)),
  };
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const evaluate = rec.program('features', () => {
    const logits = model.forward(context, pixels);
    found.logits = rec.keep(logits);
    found.features = rec.keep(found.features ?? logits);
  }, { gradients: false });
  return { rec, evaluate, pixels, features: found.features!, logits: found.logits! };
}

/** Pictures as a model sees them. */
export interface SeenPictures {
  /** Places of those that could be read, and their features, in this order. */
  at: number[];
  rows: FeatureRows;
  /** Probabilities of the model's classes, of each of them. */
  probabilities: Float64Array[];
  unreadable: { name: string; reason: string }[];
}

/** Runs pictures through a model with an adapter once. A picture that cannot be read is named. Throws EngineError of kind `aborted` where `signal` says so. */
export async function headFeatures(device: Device, opened: OpenedAdapter, images: ImageList, { frozen_dtype, signal, progress }: { frozen_dtype?: FrozenDtype; signal?: AbortSignal; progress?: (done: number) => void } = {}): Promise<SeenPictures> {
  const train = completeTrain({ batch: BATCH, ...(frozen_dtype && { frozen_dtype }) });
  const { model, adapted: { model: net } } = opened;
  const how = withSize(model.preprocess, net.image_size);
  return withPrograms(device, opened, train, images.count, recordFeatures, async (machine, { evaluate, pixels, features, logits }) => {
    const [width, classes] = [lastOf(features), lastOf(logits)];
    const [batch, ...rest] = pixels.shape as [number, ...number[]];
    const floats = rest.reduce((a, b) => a * b, 1);
    const host = new Float32Array(batch * floats);
    const [at, probabilities, rows]: [number[], Float64Array[], Float32Array[]] = [[], [], []];
    const unreadable: SeenPictures['unreadable'] = [];
    for (let next = 0; next < images.count; ) {
      const some: number[] = [];
      for (; next < images.count && some.length < batch; next++) {
        try {
          host.set(preprocess(await images.image(next), how), some.length * floats);
          some.push(next);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          unreadable.push({ name: images.name(next), reason: error.message });
        }
      }
      if (some.length === 0) break;
      machine.write(pixels, host);
      machine.setStep(noStep);
      await machine.run(evaluate, signal);
      const [seen, said] = [await machine.readF32(features), await machine.readF32(logits)];
      rows.push(seen.slice(0, some.length * width));
      some.forEach((_, row) => probabilities.push(softmax(said.subarray(row * classes, (row + 1) * classes))));
      at.push(...some);
      progress?.(next);
    }
    const values = new Float32Array(at.length * width);
    rows.reduce((from, part) => (values.set(part, from), from + part.length), 0);
    return { at, rows: { count: at.length, width, values }, probabilities, unreadable };
  });
}
