import { Adapted } from '../../adapters/adapted';
import { FROZEN } from '../../adapters/fields';
import { sizeOf } from '../../engine/tensor';
import { exportOnnx } from '../../export/onnx/model';
import { joinParts } from '../../io/joinParts';
import { parseModel } from '../../models';
import { defined } from '../../numbers/defined';
import { deviceOptions } from '../../train/plan';
import { recordEvaluation } from '../../train/programs';
import { engine } from '../engine';
import { agreement, OURS, type Entry, type Group } from '../entry';
import { randn, relativeError } from '../numbers';
import { ort } from '../peers';
import type { FileWork } from '../peers/peer';
import { modelWeights, SHAPES, type Shape } from '../shapes';

const BATCH = 8;

function entry({ name, config }: Shape): Entry {
  const net = parseModel(config);
  const shape = [BATCH, net.channels, net.image_size, net.image_size];
  const images = () => randn(sizeOf(shape), 1, 777);
  /** The file that a user would download. */
  const file = async (): Promise<FileWork> => {
    const weights = modelWeights(new Adapted(net, FROZEN).trace);
    return { file: joinParts(await exportOnnx({ net, read: async (weight) => defined(weights[weight]), metadata: {} })), pixels: images(), shape };
  };
  return {
    name: `${name}, batch ${BATCH}`,
    contestants: [
      {
        name: OURS,
        start: (setup) =>
          engine(setup, (device) => {
            const adapted = new Adapted(net, FROZEN);
            const options = { batch: BATCH, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32' as const, checkpoint_activations: false, ...deviceOptions(device.report) };
            const { rec, evaluate, outputs } = recordEvaluation(adapted, options);
            return { rec, programs: [evaluate], values: { ...modelWeights(adapted.trace), pixel_values: images(), labels: new Uint32Array(BATCH) }, out: outputs };
          }),
      },
      ort('file', file),
    ],
    check: agreement(relativeError),
    tolerance: 1e-4,
  };
}

export const evaluation: Group = {
  name: 'evaluation',
  title: 'Forward pass of a model and its ONNX file as the studio exports it',
  baseline: 'onnxruntime-web',
  entries: SHAPES.slice(0, 2).map(entry),
};
