import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { planMemory } from '../engine/plan';
import { textModel } from '../models/text';
import { tinyDecoder } from '../testing/tinyDecoders';
import { tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { lessOfGoingOn } from './memoryAdvice';
import { planRun, programOptions } from './plan';
import { recordEvaluation } from './programs';
import type { MethodConfig, TrainConfig } from './protocol';

/** Advice to a run that does not fit into memory: on all of its bytes, and on its largest temporary alone. */
async function adviceFor(method: MethodConfig, train: Partial<TrainConfig>, net = tinyDecoder('Llama').then((model) => textModel(textModel(model.net).with({ tokens: 24 })))): Promise<[all: string, one: string]> {
  const { rec } = planRun(new Adapted(await net, method), completeTrain(train), 1).programs;
  const plan = planMemory(rec);
  const temp = Math.max(...plan.buffers.map(({ role, bytes }) => (role === 'temp' ? bytes : 0)));
  return [rec.advise!(plan.bytes, false), rec.advise!({ temp }, true)];
}

const lora = { method: 'lora', r: 2 };

test('advice is what is left to do: of texts that they be shorter, of weights the storages that are smaller', async () => {
  // Weights of this model are a tenth of what its texts take.
  expect(await adviceFor(lora, { batch: 8 })).toEqual(['Choose a smaller batch, shorter texts, activation checkpointing, or frozen weights in f16, q8 or nf4.', 'Choose a smaller batch or shorter texts.']);
  expect((await adviceFor(lora, { batch: 1, checkpoint_activations: true, frozen_dtype: 'q8' }))[0]).toMatch(/shorter texts/);
  expect((await adviceFor(lora, { batch: 1, checkpoint_activations: true, frozen_dtype: 'q8' }))[0]).not.toMatch(/batch|checkpointing|f16|q8/);
  expect((await adviceFor(lora, { batch: 1, checkpoint_activations: true, frozen_dtype: 'nf4' }))[0]).not.toMatch(/frozen weights/);
  // Nothing of the weights is frozen where all of them are trained.
  expect((await adviceFor({ method: 'full' }, { batch: 1 }))[0]).toMatch(/a method that takes less/);
  expect((await adviceFor({ method: 'full' }, { batch: 1 }))[0]).not.toMatch(/frozen weights/);
});

test('of images there are no shorter ones, and what trains nothing is not told how to train', async () => {
  const { net } = await tinyModel();
  expect((await adviceFor(lora, { batch: 8 }, Promise.resolve(net as never)))[0]).not.toMatch(/texts/);
  const { rec } = recordEvaluation(new Adapted(net, lora), programOptions(completeTrain({ batch: 1, frozen_dtype: 'nf4' })));
  expect(rec.advise!(planMemory(rec).bytes, false)).toBe('Choose a smaller model, or another device.');
});

test('of texts that are gone on with it is their length, their beams, and weights that are there or lent', () => {
  const bytes = { frozen: 50, state: 100, temp: 10 };
  const adviceOf = (how: Parameters<typeof lessOfGoingOn>[0], of: object = bytes, one = false) => lessOfGoingOn(how)(of, one);
  expect(adviceOf({ rows: 1, frozen_dtype: 'f16', lent: false })).toBe('Choose a shorter text or fewer tokens to follow or frozen weights in q8 or nf4.');
  expect(adviceOf({ rows: 4, frozen_dtype: 'f32', lent: true }, { state: 100 })).toBe('Choose a shorter text or fewer tokens to follow, fewer beams, or frozen weights in f16, q8 or nf4.');
  expect(adviceOf({ rows: 1, frozen_dtype: 'f32', lent: false }, { frozen: 100, state: 1 })).toBe('Choose frozen weights in f16, q8 or nf4.');
  expect(adviceOf({ rows: 1, frozen_dtype: 'f32', lent: true }, { state: 100 }, true)).toBe('Choose a shorter text or fewer tokens to follow.');
});
