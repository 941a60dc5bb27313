import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../adapters/index';
import type { Device } from '../engine/device';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { twoTowers } from '../models/byText';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { familyNames, openFamily } from '../testing/tinyFamilies';
import { trainRun } from '../testing/trainRun';
import { completeTrain, fingerprint } from './config';
import type { MethodConfig, RunSpec, TrainConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const [LR, DECAY] = [1e-3, 0.5];
const specOf = (method: MethodConfig, train: Partial<TrainConfig> = {}): RunSpec => ({
  id: 'r', name: 'r', model: 'tiny', data: 'tiny', method,
  train: completeTrain({ batch: 6, lr: LR, steps: 3, checkpoint_every: 1, warmup_steps: 0, schedule: 'constant', weight_decay: 0, max_grad_norm: 0, layer_decay: DECAY, ...train }),
});

/** Exponent of the decay by the name of a tensor of the tiny ViT, which has two blocks: by BEiT's rule, written out. */
const exponentOf = (name: string): number => (name.includes('embeddings') ? 3 : name.includes('layer.0') ? 2 : name.includes('layer.1') ? 1 : 0);

/** By label, the largest move of a parameter between two checkpoints. */
async function moves(before: Uint8Array, after: Uint8Array): Promise<[string, number][]> {
  const [from, to] = await Promise.all([before, after].map((bytes) => openSafetensors(bytesAccess(bytes))));
  const names = from!.names().filter((name) => name.startsWith('param '));
  return Promise.all(names.map(async (name) => {
    const [a, b] = [await from!.readF32(name), await to!.readF32(name)];
    return [name.slice('param '.length), a.reduce((most, value, i) => Math.max(most, Math.abs(defined(b[i]) - value)), 0)] as [string, number];
  }));
}

describe('rates that decay layer by layer', () => {
  const onLayers = Object.entries(methods).filter(([, { prompts, trains }]) => !prompts && trains !== 'head').map(([method]) => method);

  // With its usual strength DeLoRA's first steps go to and fro.
  const gentle: Record<string, object> = { delora: { delora_lambda: 0.2 } };

  test.each(onLayers)('%s: a step moves a weight by as much as its layer may', async (method) => {
    // In the first steps Adam moves what has a steady gradient by nearly its rate, and nothing by much more.
    const { checkpoints, summary } = await trainRun(device, { spec: specOf({ method, ...gentle[method] }), model: await tinyModel(), data: tinyData() });
    expect(summary.allocated).toEqual(summary.plan.bytes);
    const found = await moves(defined(checkpoints[0]), defined(checkpoints[1]));
    expect(found.length).toBeGreaterThan(2);
    for (const [name, most] of found) {
      const rate = LR * DECAY ** exponentOf(name);
      expect(most, name).toBeLessThan(1.3 * rate);
      // Gradients of key biases are zero but for rounding, as are those of what scales biases that are next to nothing: they may move by less.
      if (most > 0 && !/key|\.k_|glora_[DE]/.test(name)) expect(most / rate, name).toBeGreaterThan(0.55);
    }
  });

  test.each(familyNames)('%s: every weight is as far below the head as its name says, in each tower', async (name) => {
    const { net } = await openFamily(name);
    const model = net.text ? twoTowers(net) : net;
    const { below } = traceModel(model);
    const layers = Math.max(...[...below.keys()].map((weight) => Number(/layers?\.(\d+)\./.exec(weight)?.[1] ?? -1))) + 1;
    expect(layers).toBeGreaterThan(0);
    for (const [weight, distance] of below) {
      const block = /layers?\.(\d+)\./.exec(weight)?.[1];
      const expected = block !== undefined ? layers - Number(block) : /embeddings|pre_layrnorm/.test(weight) ? layers + 1 : 0;
      expect([weight, distance]).toEqual([weight, expected]);
    }
  });

  test('goes on bit for bit from a checkpoint, with an average beside it', async () => {
    const spec = specOf({ method: 'full' }, { ema_decay: 0.5, weight_decay: 0.1, max_grad_norm: 1 });
    const [model, data] = [await tinyModel(), tinyData()];
    const whole = await trainRun(device, { spec, model, data });
    const again = await trainRun(device, { spec, model, data, resume: defined(whole.checkpoints[1]) });
    expect(again.losses).toEqual(whole.losses.slice(2));
    expect(again.files.map(({ bytes }) => bytes)).toEqual(whole.files.map(({ bytes }) => bytes));
  });

  test('without it checkpoints of before go on', () => {
    const { train, ...spec } = specOf({ method: 'lora' }, { layer_decay: 1 });
    const { layer_decay: _, ...before } = train;
    expect(fingerprint({ ...spec, train })).toBe(fingerprint({ ...spec, train: before as TrainConfig }));
  });
});
