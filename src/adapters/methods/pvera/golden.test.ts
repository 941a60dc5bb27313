import { beforeAll, expect, test, vi } from 'vitest';
import type { Device } from '../../../engine/device';
import { folderTree } from '../../../io/fileTree.node';
import { parseModel } from '../../../models';
import { defined } from '../../../numbers/defined';
import { maxError, mustOpen } from '../../../testing/checkOp';
import { gpu } from '../../../testing/device';
import { golden, goldenPath } from '../../../testing/golden';
import { GRAD, goldenBatch, loadVit, VIT } from '../../../testing/goldenAdapters';
import { oneStep } from '../../../train/oneStep';
import type { Adapted } from '../../adapted';
import { loadAdapter } from '../../files';
import type { Method } from '../../method';

const FOLDER = 'methods2/adapters/vit_small_dev/pvera_r6';

// The kernels of the op get PEFT's noise in place of their own: the number of the element is its word, and looked up. Every layer draws
// the same there, since each has a generator with the same seed.
vi.mock('#shaders/lib/random.wgsl?raw', () => ({ default: 'fn random_word(seed: u32, index: u32, stream: u32, i: u32) -> u32 { return i; }' }));
vi.mock('#shaders/lib/normal.wgsl?raw', async () => {
  const { golden: open } = await import('../../../testing/golden');
  const noise = await (await open('methods2/adapters/vit_small_dev/pvera_r6/step_sampled.safetensors')).readF32('eps.vit.encoder.layer.0.attention.attention.query');
  const numbers = Array.from(noise, (value) => value.toExponential(9));
  // A tree of choices, by the bits of the word.
  const choose = (first: number, count: number): string => (count === 1 ? (numbers[first] ?? '0.0') : `select(${choose(first, count / 2)}, ${choose(first + count / 2, count / 2)}, (word & ${count / 2}u) != 0u)`);
  return { default: `fn normal_of(word: u32) -> f32 { return ${choose(0, 512)}; }` };
});

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** The method as it is in training, also where a step is recorded as evaluations are. */
function inTraining(adapted: Adapted): Adapted {
  const { method } = adapted;
  const training: Method = { ...method, streamed: (c, layer, t, x, residual) => method.streamed(c, layer, t, x, residual, true) };
  return Object.assign(adapted, { method: training });
}

test.each([
  { how: 'at once' },
  { how: 'with recomputed activations', checkpoint_activations: true },
])('with PEFT’s noise, logits, loss and every gradient of a training step are PEFT’s: $how', async ({ how: _, ...way }) => {
  const vit = await loadVit();
  const step = await golden(`${FOLDER}/step_sampled.safetensors`);
  expect(await step.readF32('eps.vit.encoder.layer.0.attention.attention.key')).toEqual(await step.readF32('eps.vit.encoder.layer.0.attention.attention.query'));
  const { adapted, values } = await loadAdapter(await folderTree(goldenPath(FOLDER)!), parseModel(vit.config), vit.source);
  const got = await oneStep(device, { adapted: inTraining(adapted), source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))), ...way });
  expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(5e-6);
  expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(5e-6);
  const grads = step.names().filter((name) => name.startsWith('grad.'));
  const label = (name: string) => name.slice(5).replace(/^base_model\.model\.(?=classifier)/, '');
  expect(Object.keys(got.grads).sort()).toEqual(grads.map(label).sort());
  for (const name of grads) expect(maxError(defined(got.grads[label(name)]), await step.readF32(name)), name).toBeLessThan(GRAD);
});
