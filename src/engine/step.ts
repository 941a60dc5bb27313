import { STEP_BYTES } from './plan';

/** The scalars of shaders/lib/step.wgsl, in the same order. */
export interface StepScalars {
  seed: number;
  index: number;
  micro: number;
  slot: number;
  lr: number;
  headLr: number;
  c1: number;
  c2: number;
  invCount: number;
  maxNorm: number;
  /** Values that a method gives the step for its work after the update. */
  after: readonly [number, number];
  /** Number of the part, of a batch that is computed in equal parts. */
  part: number;
  /** Share by which the average of the weights moves towards them: 1 - its decay. */
  averageRest: number;
  /** Number of the update, from 1, with those that were skipped, for which the device corrects `c1` and `c2`; 0 where these hold as they are. */
  update: number;
}

export const noStep: StepScalars = {
  seed: 0,
  index: 0,
  micro: 0,
  slot: 0,
  lr: 0,
  headLr: 0,
  c1: 1,
  c2: 1,
  invCount: 1,
  maxNorm: 0,
  after: [0, 0],
  part: 0,
  averageRest: 0,
  update: 0,
};

const bytes = new ArrayBuffer(STEP_BYTES);
const words = new Uint32Array(bytes);
const floats = new Float32Array(bytes);

/** Packs the scalars; the same buffer is returned every time, so a step allocates nothing. */
export function packStep(s: StepScalars): ArrayBuffer {
  words[0] = s.seed >>> 0;
  words[1] = s.index;
  words[2] = s.micro;
  words[3] = s.slot;
  floats[4] = s.lr;
  floats[5] = s.headLr;
  floats[6] = s.c1;
  floats[7] = s.c2;
  floats[8] = s.invCount;
  floats[9] = s.maxNorm;
  floats.set(s.after, 10);
  words[12] = s.part;
  floats[13] = s.averageRest;
  words[14] = s.update;
  return bytes;
}
