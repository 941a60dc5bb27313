import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { maxError } from '../testing/checkOp';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { inStepForms } from '../testing/stepForms';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-decoders-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

const read = (path: string) => openSafetensors(bytesAccess(new Uint8Array(readFileSync(path))));
const names = ['gpt2_dev', 'qwen2_dev', 'llama_dev', 'phi3_dev'];

describeGolden('step --task causal-lm', 'text/models/gpt2_dev/io.safetensors', () => {
  test.each(names.filter((name) => goldenPath(`text/models/${name}/grads.safetensors`)))('%s: every gradient under its name and in the shape of the file', async (name) => {
    const out = join(dir, `${name}.safetensors`);
    expect(await main(['step', '--model', goldenPath(`text/models/${name}`)!, '--method', 'full', '--task', 'causal-lm', '--batch', goldenPath(`text/models/${name}/io.safetensors`)!, '--out', out])).toBe(0);
    const [got, grads] = [await read(out), await golden(`text/models/${name}/grads.safetensors`)];
    expect(got.names().filter((n) => n.startsWith('grad.')).sort()).toEqual(grads.names().map((n) => `grad.${n}`).sort());
    for (const n of grads.names()) {
      expect(got.info(`grad.${n}`).shape, n).toEqual(grads.info(n).shape);
      // The keys' part of this bias has no gradient but rounding.
      if (!n.endsWith('c_attn.bias')) expect(maxError(await got.readF32(`grad.${n}`), await grads.readF32(n)), n).toBeLessThan(1e-4);
    }
  });

});

describeGolden('step reads the adapters of the reference on models of texts', 'text/models/gpt2_dev/io.safetensors', () => {
  const adapters = [...names, 'roberta_dev', 'bert_dev'].filter((model) => goldenPath(`text/models/${model}/io.safetensors`)).flatMap((model) => inStepForms(goldenNames(`text/adapters/${model}`)).map((one) => ({ model, ...one })));
  test.each(adapters)('$name on $model, $how', async ({ model, name, flags }) => {
    const [folder, out] = [`text/adapters/${model}/${name}`, join(dir, `${model}-${name}.safetensors`)];
    expect(await main(['step', '--model', goldenPath(`text/models/${model}`)!, '--adapter', goldenPath(folder)!, '--batch', goldenPath(`text/models/${model}/io.safetensors`)!, '--out', out, ...flags])).toBe(0);
    const [got, want] = [await read(out), await golden(`${folder}/step.safetensors`)];
    expect(got.names().sort()).toEqual(want.names().sort());
    for (const n of want.names().filter((one) => one.startsWith('grad.'))) expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(1e-4);
    expect((await got.readF32('loss'))[0]).toBeCloseTo(defined((await want.readF32('loss'))[0]), 4);
  });
});

describeGolden('generate', 'text/models/gpt2_dev/generate.json', () => {
  test('goes on with the prompts of a file, greedily and by beams', async () => {
    const { prompts, greedy, beams } = goldenJson<{ prompts: number[][]; greedy: number[][]; beams: { prompt: number[]; num_beams: number; sequences: number[][] }[] }>('text/models/gpt2_dev/generate.json');
    const [ids, json] = [join(dir, 'ids.json'), join(dir, 'out.json')];
    const run = async (given: unknown, more: string[] = []) => {
      writeFileSync(ids, JSON.stringify(given));
      expect(await main(['generate', '--model', goldenPath('text/models/gpt2_dev')!, '--ids', ids, '--max-new-tokens', '12', '--eos-token-id', '', '--json', json, ...more])).toBe(0);
      return (JSON.parse(readFileSync(json, 'utf8')) as { sequences: number[][] }).sequences;
    };
    expect(await run(prompts)).toEqual(greedy);
    expect(await run(defined(beams[0]).prompt, ['--num-beams', String(defined(beams[0]).num_beams)])).toEqual([defined(beams[0]).sequences[0]]);
    const drawn = await run(prompts[0], ['--temperature', '1', '--top-k', '50', '--top-p', '0.9', '--seed', '3']);
    expect(drawn).toEqual(await run(prompts[0], ['--temperature', '1', '--top-k', '50', '--top-p', '0.9', '--seed', '3']));
    expect(drawn).not.toEqual([greedy[0]]);
  });
});

interface Trajectory {
  lr: number;
  weight_decay: number;
  lr_per_step: number[];
  loss: number[];
  grad_norm_before_clip: number[];
}

describeGolden('train --batches', 'text/trajectory/qwen2_batches.safetensors', () => {
  test.each(['qwen2_lora_r4', 'qwen2_randlora_r6'])('%s: ten steps of two micro-batches, by the mean over all tokens', async (name) => {
    const want = defined(goldenJson<{ runs: Record<string, Trajectory> }>('text/trajectory/trajectory.json').runs[name]);
    const out = join(dir, name);
    const flags = ['--lr', String(want.lr), '--weight-decay', String(want.weight_decay), '--warmup-steps', '2', '--schedule', 'linear', '--max-grad-norm', '1', '--accumulate', '2', '--steps', '10'];
    expect(await main(['train', '--model', goldenPath('text/models/qwen2_dev')!, '--adapter', goldenPath(`text/trajectory/${name}_init`)!, '--batches', goldenPath('text/trajectory/qwen2_batches.safetensors')!, ...flags, '--out', out])).toBe(0);
    const { curve } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { curve: { loss: number; lr: number; grad_norm: number }[] };
    expect(curve.length).toBe(10);
    curve.forEach(({ loss, lr, grad_norm }, i) => {
      expect(Math.abs(loss - defined(want.loss[i])), `loss of step ${i}`).toBeLessThan(5e-5);
      expect(lr).toBeCloseTo(defined(want.lr_per_step[i]), 10);
      expect(Math.abs(grad_norm / defined(want.grad_norm_before_clip[i]) - 1), `norm of step ${i}`).toBeLessThan(1e-4);
    });
    const [got, final] = [await read(join(out, 'adapter_model.safetensors')), await golden(`text/trajectory/${name}_final.safetensors`)];
    for (const n of final.names().filter((one) => !one.startsWith('eval'))) {
      const ours = got.names().find((own) => own.endsWith(n) || n.endsWith(own))!;
      expect(ours, n).toBeDefined();
      const [a, b] = [await got.readF32(ours), await final.readF32(n)];
      expect(Math.max(...a.map((v, i) => Math.abs(v - defined(b[i])))), n).toBeLessThan(2e-4);
    }
  });
});
