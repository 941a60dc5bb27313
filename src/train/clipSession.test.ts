import { describe, expect, test } from 'vitest';
import { loadAdapter } from '../adapters/files';
import { memoryTree } from '../io/fileTree';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { twoTowers, withTextHead } from '../models/byText';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { completeTrain } from './config';
import { splitBatches } from './feeds';
import { programOptions } from './plan';
import { classPrompts, parseTemplates } from '../tasks/prompts';
import type { MethodConfig, RunEvent, TrainConfig } from './protocol';
import { Session } from './session';
import { runSplits } from './split';
import { evaluateByText } from './zeroShot';

const templates = 'photo of {}|{}';

async function run(method: MethodConfig, train: Partial<TrainConfig>, resume: Uint8Array | null = null) {
  const device = await mustOpen(gpu());
  const model = await tinyClip();
  const data = tinyData();
  const config = completeTrain({ steps: 6, batch: 4, warmup_steps: 1, seed: 3, templates, lr: 3e-3, ...train });
  const splits = runSplits(data, config);
  const events: RunEvent[] = [];
  const batches = splitBatches(splits.train, model.preprocess, 16, config);
  await new Session({ spec: { id: 'r', name: 'r', model: 'clip', data: 'tiny', method, train: config }, model, batches, splits, classes: data.classes, device, resume }, (e) => events.push(e)).run();
  const of = <T extends RunEvent['type']>(type: T) => events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
  expect(of('failed').map((e) => e.error.message)).toEqual([]);
  expect(device.ledger).toEqual({});
  return { of, device, model, data, losses: of('step').map((e) => e.point.loss), files: memoryTree('saved', Object.fromEntries(defined(of('adapter')[0]).files.map((f) => [f.path, f.bytes]))), last: defined(of('finished')[0]).summary };
}

describe('CLIP under its text head', () => {
  test('the default where there is a tokenizer: starts at zero-shot, learns, trains no head', async () => {
    const { of, device, model, data, files, last, losses } = await run({ method: 'lora', r: 4 }, { steps: 30, lr: 1e-2 });
    expect(defined(of('planned')[0]).plan.head_parameters).toBe(0);
    expect(of('evaluation').map((e) => e.evaluation.step)).toEqual([0, 30]);
    const prompts = classPrompts(await model.tokenizer!(), model.net.text!, data.classes, parseTemplates(templates));
    const input = { model, prompts, images: data.test, split: 'test' as const, options: programOptions(completeTrain({ batch: 4 }), device.report) };
    const zero = await evaluateByText(device, input);
    expect(last.start).toMatchObject({ step: 0, accuracy: zero.accuracy });
    expect(last.start!.loss).toBeCloseTo(zero.loss, 5);
    expect(losses.at(-1)!).toBeLessThan(0.7 * defined(losses[0]));
    // What was saved gives the last evaluation again.
    const adapter = await loadAdapter(files, withTextHead(model.net, data.classes));
    const again = await evaluateByText(device, { ...input, adapter });
    expect([again.accuracy, again.confusion]).toEqual([last.final!.accuracy, last.final!.confusion]);
  });

  test.each(['full', 'dora', 'vera', 'nola', 'randlora'])('%s', async (method) => {
    const { last } = await run({ method }, { steps: 2, frozen_dtype: 'f16', head: 'text' });
    expect(last.plan.head_parameters).toBe(0);
  });

  test('a linear probe, or head new, has a classifier', async () => {
    for (const [method, head] of [['linear_probe', 'auto'], ['lora', 'new']] as const) expect((await run({ method }, { steps: 1, head })).last.plan.head_parameters).toBe(3 * 33);
  });
});

describe('the contrastive loss', () => {
  test.each(['full', 'lora', 'dora', 'vera', 'nola', 'randlora'])('%s on both towers', async (method) => {
    const { files, last, model, losses, of, device, data } = await run({ method }, { steps: 12, loss: 'contrastive', accumulate: 2, lr: method === 'vera' ? 3e-2 : 3e-3 });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(Math.min(...losses.slice(-4))).toBeLessThan(defined(losses[0]));
    expect(of('evaluation').map((e) => e.evaluation.step)).toEqual([0, 12]);
    // Saved and loaded, both towers give the last evaluation again.
    const prompts = classPrompts(await model.tokenizer!(), model.net.text!, data.classes, parseTemplates(templates));
    const adapter = await loadAdapter(files, twoTowers(model.net, { tokens: prompts.tokens, labels: data.classes }));
    if (method !== 'full') expect(adapter.adapted.layers.filter((l) => l.name.startsWith('text_model.')).length).toBe(10);
    else expect((await openSafetensors(bytesAccess(await files.read('model.safetensors')))).info('logit_scale').shape).toEqual([]);
    const again = await evaluateByText(device, { model, prompts, images: data.test, split: 'test', options: programOptions(completeTrain({ batch: 4 }), device.report), adapter });
    expect(again.confusion).toEqual(last.final!.confusion);
    expect(again.loss).toBeCloseTo(last.final!.loss, 5);
  });

  test('goes on from a checkpoint with the same losses, bit for bit', async () => {
    const settings = { steps: 6, loss: 'contrastive', checkpoint_every: 3 } as const;
    const whole = await run({ method: 'lora', r: 2 }, settings);
    const rest = await run({ method: 'lora', r: 2 }, settings, defined(whole.of('checkpoint')[0]).bytes);
    expect(rest.losses).toEqual(whole.losses.slice(3));
    expect(rest.last.final).toEqual(whole.last.final);
  });

  test('validation images choose the best weights of both towers', async () => {
    const { last } = await run({ method: 'lora' }, { steps: 6, loss: 'contrastive', val_fraction: 0.25, eval_every: 2 });
    expect(last.best!.split).toBe('val');
    expect(last.final!.split).toBe('test');
  });
});
