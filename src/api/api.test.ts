import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import { gpu } from '../testing/device';
import { tinyData, tinyVitFiles } from '../testing/tiny';
import { AutoModelForImageClassification, get_peft_model, PeftModel, requestDevice, Trainer, trainConfig, type ImageClassificationModel, type TrainLog } from './index';

const data = tinyData();
const args = { max_steps: 12, per_device_train_batch_size: 6, learning_rate: 0.02, eval_steps: 6, val_fraction: 0, seed: 3 };
const folder = (files: { path: string; bytes: Uint8Array }[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
const images = { count: data.test.count, name: (i: number) => `${i}.png`, image: (i: number) => data.test.image(i) };

let device: Device;
let model: ImageClassificationModel;
beforeAll(async () => {
  device = await requestDevice(gpu());
  model = await AutoModelForImageClassification.from_pretrained(memoryTree('tiny', tinyVitFiles()), { device });
});
afterAll(() => device.destroy());

test('a model is opened, trained as it was planned, evaluated, asked, saved, opened again and merged', async () => {
  const peft = get_peft_model(model, { peft_type: 'RANDLORA', r: 4, target_modules: ['query', 'value'], modules_to_save: ['classifier'] });
  const trainer = new Trainer({ model: peft, args, train_dataset: data });
  const plan = await trainer.plan();
  expect(device.ledger).toEqual({});
  expect(peft.get_nb_trainable_parameters()[0]).toBe(plan.trainable_parameters);

  const logs: TrainLog[] = [];
  for await (const log of trainer.train()) logs.push(log);
  const steps = logs.filter((log) => 'loss' in log);
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(defined(steps[11]).loss).toBeLessThan(defined(steps[0]).loss);
  expect(logs.filter((log) => 'eval_loss' in log).map(({ step }) => step)).toEqual([6, 12]);

  const found = await trainer.evaluate();
  const predictions = await trainer.predict(images, { top_k: 1 });
  const right = predictions.filter(({ top }, i) => defined(top[0]).label === data.classes[defined(data.test.labels[i])]).length;
  expect(found.eval_accuracy).toBeCloseTo(right / data.test.count, 6);

  const again = await PeftModel.from_pretrained(model, folder(await peft.save_pretrained()));
  expect(await new Trainer({ model: again, args, train_dataset: data }).predict(images)).toEqual(await trainer.predict(images));

  const merged = await peft.merge_and_unload();
  expect(merged.labels).toEqual(data.classes);
  const probe = get_peft_model(merged, { method: 'linear_probe', modules_to_save: [] });
  expect(device.ledger).toEqual({});
  expect(probe.get_nb_trainable_parameters()[0]).toBe(0);
});

test('several adapters stand beside one another, and one goes on from where it was', async () => {
  const peft = get_peft_model(model, { peft_type: 'LORA', r: 2 }, 'first');
  const first = new Trainer({ model: peft, args, train_dataset: data });
  for await (const { step } of first.train()) if (step === 3) break;
  expect(peft.learned().adapted.config.r).toBe(2);
  peft.add_adapter('second', { method: 'vera', r: 8 });
  await expect(peft.save_pretrained()).rejects.toThrow(/second has learned nothing yet/);
  peft.set_adapter('first');
  let losses: number[] = [];
  for await (const log of first.train()) if ('loss' in log) losses = [...losses, log.loss];
  expect(losses).toHaveLength(12);
  expect(() => peft.set_adapter('third')).toThrow(/there are first, second/);
});

test('a signal stops a training, and what was learned stays', async () => {
  const peft = get_peft_model(model, { peft_type: 'LORA', r: 2 });
  const controller = new AbortController();
  let last = 0;
  for await (const { step } of new Trainer({ model: peft, args, train_dataset: data }).train({ signal: controller.signal })) {
    last = step;
    if (step === 2) controller.abort();
  }
  expect(last).toBeLessThan(12);
  expect((await peft.save_pretrained()).map(({ path }) => path)).toContain('adapter_model.safetensors');
});

test('settings go by transformers’ names or the studio’s, and a wrong one is named', () => {
  expect(trainConfig({ learning_rate: 0.1, max_steps: -1, gradient_checkpointing: true, shots: 4 })).toMatchObject({ lr: 0.1, steps: 0, checkpoint_activations: true, shots: 4 });
  expect(() => trainConfig({ warmup_ratio: 0.1 } as object)).toThrow(/warmup_ratio/);
  expect(() => get_peft_model(model, { peft_type: 'LORA', rank: 4 })).toThrow(/LORA has no setting "rank"/);
  expect(() => get_peft_model(model, { peft_type: 'XLORA' })).toThrow(/XLORA/);
});
