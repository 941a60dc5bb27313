import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { trainOnce } from '../cli/train';
import { bytesAccess, openSafetensors } from '../io/safetensors';

import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reference = '../shared/reference';
const present = existsSync(`${reference}/trajectory/trajectory.json`);
if (!present) console.warn('skipped: the reference trajectories are not here');

const open = (path: string) => openSafetensors(bytesAccess(new Uint8Array(readFileSync(path))));

interface Trajectory {
  lr: number;
  weight_decay: number;
  warmup_steps: number;
  clip_grad_norm: number;
  loss: number[];
  lr_used: number[];
  grad_norm_before_clip: number[];
}

/** Largest absolute difference. PyTorch's own f32 and f64 agree to 3e-6 in the weights. */
const largest = (a: Float32Array, b: Float32Array) => a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i]!)), 0);

describe.skipIf(!present)('twelve steps equal PyTorch and PEFT', () => {
  const all = present ? (JSON.parse(readFileSync(`${reference}/trajectory/trajectory.json`, 'utf8')) as Record<string, Trajectory>) : {};
  test.each(Object.keys(all))('%s', async (name) => {
    const want = all[name]!;
    const out = mkdtempSync(join(tmpdir(), 'fullrank-'));
    const full = name === 'full_ft';
    const run = await trainOnce({
      model: `${reference}/models/vit_small_dev`,
      batches: `${reference}/trajectory/batches.safetensors`,
      adapter: full ? undefined : `${reference}/trajectory/${name}_init`,
      method: { method: 'full' },
      train: { lr: want.lr, weight_decay: want.weight_decay, warmup_steps: want.warmup_steps, max_grad_norm: want.clip_grad_norm, schedule: 'cosine' },
      out,
      say: () => {},
    });
    // f32 against f32: PyTorch's own f32 and f64 agree to 1e-6 in the loss.
    run.curve.forEach((point, i) => {
      expect(Math.abs(point.loss - want.loss[i]!)).toBeLessThan(3e-6 * Math.max(1, want.loss[i]!));
      expect(point.lr).toBeCloseTo(want.lr_used[i]!, 12);
      expect(Math.abs(point.grad_norm / want.grad_norm_before_clip[i]! - 1)).toBeLessThan(3e-5);
    });
    const final = await open(`${reference}/trajectory/${name}_final.safetensors`);
    const file = await open(join(out, full ? 'model.safetensors' : 'adapter_model.safetensors'));
    // The reference names tensors as they stand in memory; the file has no adapter name and no wrapper in its keys.
    const inFile = (key: string) => (full ? key : `base_model.model.${key.replace(/^base_model\.model\./, '').replace('.modules_to_save', '').replace('.default', '').replace('magnitude_vector.weight', 'magnitude_vector')}`);
    for (const key of final.names()) {
      // The true gradient of key biases is zero; Adam amplifies rounding there.
      if (key === 'eval_logits' || (full && key.endsWith('key.bias'))) continue;
      expect(largest(await file.readF32(inFile(key)), await final.readF32(key)), key).toBeLessThan(5e-6);
    }
    rmSync(out, { recursive: true });
  });
});
