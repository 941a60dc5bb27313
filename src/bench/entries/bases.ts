import { defined } from '../../numbers/defined';
import type { MethodConfig } from '../../train/protocol';
import { agreement, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { SHAPES } from '../shapes';
import { trainingStep } from '../training';

/** RandLoRA's step on one shape with B in each storage. Dense bases have the same values in three, ternary ones in two. */
const STORAGES: Record<string, Partial<MethodConfig>> = {
  f32: { bases: 'uniform', bases_storage: 'f32' },
  f16: { bases: 'uniform', bases_storage: 'f16' },
  bf16: { bases: 'uniform', bases_storage: 'bf16' },
  'ternary f32': { bases: 'sparse', bases_storage: 'f32' },
  'ternary packed': { bases: 'sparse', bases_storage: 'ternary' },
  generated: { bases: 'generated' },
};

const shape = defined(SHAPES[2]);

const entry = (form: 'merged' | 'streamed'): Entry => ({
  name: `${form}, ${shape.name}, batch ${shape.batch}`,
  contestants: Object.entries(STORAGES).map(([name, config]) => trainingStep(shape, { name, config: { ...config, method: 'randlora', r: 4 }, form })),
  // Every adapter starts as the model itself, so the first losses agree.
  check: agreement((got, want) => relativeError(got.slice(0, 1), want.slice(0, 1))),
  tolerance: 1e-5,
});

export const bases: Group = { name: 'bases', title: 'RandLoRA r 4 by how its bases are stored', baseline: 'f32', entries: [entry('merged'), entry('streamed')] };
