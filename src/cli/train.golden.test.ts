import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { describeGolden, golden, goldenJson, goldenPath } from '../testing/golden';
import { main } from './main';

/** Trains on fixed batches as the reference did; the curve, and the files in `out`. */
async function replay(start: string[], batches: string, { lr, loss, lr_used, grad_norm_before_clip }: Golden, warmup: number, out: string): Promise<void> {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const flags = ['--lr', String(lr), '--weight-decay', '0.1', '--warmup-steps', String(warmup), '--schedule', 'cosine', '--max-grad-norm', '1'];
  expect(await main(['train', '--model', goldenPath('models/vit_small_dev')!, ...start, '--batches', goldenPath(batches)!, ...flags, '--out', out])).toBe(0);
  vi.restoreAllMocks();
  const { curve } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { curve: { loss: number; lr: number; grad_norm: number }[] };
  expect(curve.length).toBe(loss.length);
  curve.forEach((p, i) => {
    expect(Math.abs(p.loss - defined(loss[i])), `loss of step ${i}`).toBeLessThan(3e-6 * Math.max(1, defined(loss[i])));
    expect(p.lr).toBeCloseTo(defined(lr_used[i]), 12);
    expect(Math.abs(p.grad_norm / defined(grad_norm_before_clip[i]) - 1), `norm of step ${i}`).toBeLessThan(1e-5);
  });
}

const dir = mkdtempSync(join(tmpdir(), 'fullrank-train-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Golden {
  lr: number;
  loss: number[];
  lr_used: number[];
  grad_norm_before_clip: number[];
}

describeGolden('train --batches replays the twelve-step trajectories', 'trajectory', () => {
  test.each(['lora_r4', 'dora_r4', 'vera_r16', 'randlora_r5', 'full_ft'])('%s', async (name) => {
    const wanted = defined(goldenJson<Record<string, Golden>>('trajectory/trajectory.json')[name]);
    const out = join(dir, name);
    const start = name === 'full_ft' ? ['--method', 'full'] : ['--adapter', goldenPath(`trajectory/${name}_init`)!];
    await replay(start, 'trajectory/batches.safetensors', wanted, 3, out);
    const final = await golden(`trajectory/${name}_final.safetensors`);
    const file = name === 'full_ft' ? 'model.safetensors' : 'adapter_model.safetensors';
    const got = await openSafetensors(bytesAccess(new Uint8Array(readFileSync(join(out, file)))));
    for (const n of final.names()) {
      // A key's bias has a true gradient of zero, which Adam amplifies.
      if (n === 'eval_logits' || (name === 'full_ft' && n.endsWith('key.bias'))) continue;
      const ours = file === 'model.safetensors' ? n : `base_model.${/^(vera|randlora)_[AB]$/.test(n) ? '' : 'model.'}${n.replace('.modules_to_save', '').replace('magnitude_vector.weight', 'magnitude_vector')}`;
      const [a, b] = [await got.readF32(ours), await final.readF32(n)];
      expect(Math.max(...a.map((v, i) => Math.abs(v - defined(b[i])))), n).toBeLessThan(5e-6);
    }
  });
});

/** Settings of a method that the file of its start does not contain. */
const settings: Record<string, { method: string; settings: object }> = { pissa_r4: { method: 'pissa', settings: { decay: true } } };

describeGolden('train --batches replays the ten-step trajectories of other methods', 'methods/trajectory', () => {
  test.each(['adalora_r6', 'hira_r4', 'loraxs_r6', 'pissa_r4', 'shira_r2'])('%s', async (name) => {
    const wanted = defined(goldenJson<Record<string, Golden>>('methods/trajectory/trajectory.json')[name]);
    const [start, out] = [join(dir, `${name}_init`), join(dir, name)];
    cpSync(goldenPath(`methods/trajectory/${name}_init`)!, start, { recursive: true });
    if (settings[name]) {
      chmodSync(start, 0o755);
      writeFileSync(join(start, 'fullrank.json'), JSON.stringify({ version: 1, ...settings[name] }));
    }
    await replay(['--adapter', start], 'methods/trajectory/batches.safetensors', wanted, 2, out);
    // What was taken away on the way is not in the file.
    const pruned = name === 'adalora_r6' ? `methods/adapters/vit_small_dev/${name}_pruned` : null;
    const final = await golden(pruned ? `${pruned}/adapter_model.safetensors` : `methods/trajectory/${name}_final.safetensors`);
    const got = await openSafetensors(bytesAccess(new Uint8Array(readFileSync(join(out, 'adapter_model.safetensors')))));
    if (pruned) expect(JSON.parse(readFileSync(join(out, 'adapter_config.json'), 'utf8'))).toMatchObject({ rank_pattern: goldenJson<{ rank_pattern: object }>(`${pruned}/adapter_config.json`).rank_pattern, total_step: 10, init_r: 6 });
    for (const n of final.names()) {
      if (n === 'eval_logits') continue;
      const [a, b] = [await got.readF32(n), await final.readF32(n)];
      expect(got.info(n).shape).toEqual(final.info(n).shape);
      // HiRA's small gradients are mostly Adam's rounding: 2e-5 between float32 and float64.
      expect(Math.max(...a.map((v, i) => Math.abs(v - defined(b[i])))), n).toBeLessThan(name === 'hira_r4' ? 2e-4 : 5e-6);
    }
  });
});

interface TextGolden {
  model: string;
  lr: number;
  weight_decay: number;
  lr_per_step: number[];
  loss: number[];
  grad_norm_before_clip: number[];
}

describeGolden('train --batches replays the ten-step trajectories of an encoder of texts', 'text/trajectory', () => {
  test.each(['lora_r4', 'randlora_r6'])('%s', async (name) => {
    const wanted = defined(goldenJson<{ runs: Record<string, TextGolden> }>('text/trajectory/trajectory.json').runs[`roberta_${name}`]);
    const out = join(dir, `roberta_${name}`);
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const flags = ['--lr', String(wanted.lr), '--weight-decay', String(wanted.weight_decay), '--warmup-steps', '2', '--schedule', 'linear', '--max-grad-norm', '1'];
    const files = ['--model', goldenPath('text/models/roberta_dev')!, '--adapter', goldenPath(`text/trajectory/roberta_${name}_init`)!, '--batches', goldenPath('text/trajectory/roberta_batches.safetensors')!];
    expect(await main(['train', ...files, ...flags, '--out', out])).toBe(0);
    vi.restoreAllMocks();
    const { curve } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { curve: { loss: number; lr: number; grad_norm: number }[] };
    curve.forEach((p, i) => {
      expect(Math.abs(p.loss - defined(wanted.loss[i])), `loss of step ${i}`).toBeLessThan(5e-5);
      expect(p.lr).toBeCloseTo(defined(wanted.lr_per_step[i]), 12);
      expect(Math.abs(p.grad_norm / defined(wanted.grad_norm_before_clip[i]) - 1), `norm of step ${i}`).toBeLessThan(1e-4);
    });
    const final = await golden(`text/trajectory/roberta_${name}_final.safetensors`);
    const got = await openSafetensors(bytesAccess(new Uint8Array(readFileSync(join(out, 'adapter_model.safetensors')))));
    for (const n of final.names().filter((one) => !one.startsWith('eval_'))) {
      const [a, b] = [await got.readF32(n), await final.readF32(n)];
      expect(Math.max(...a.map((v, i) => Math.abs(v - defined(b[i])))), n).toBeLessThan(2e-4);
    }
  });
});
