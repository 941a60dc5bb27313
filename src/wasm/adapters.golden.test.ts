import { beforeAll, describe, expect, test } from 'vitest';
import { loadAdapter } from '../adapters/files';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import { parseModel } from '../models';
import { maxError, mustOpen } from '../testing/checkOp';
import { golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { oneStep } from '../train/oneStep';
import { here } from './here.node';

const VIT = 'models/vit_small_dev';
const ADAPTERS = 'adapters/vit_small_dev';

/** As adapters/files.golden.test.ts has them. */
const GRAD = 2e-5;

describe('adapters of PEFT on the processor', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(here());
  });

  test.each(goldenNames(ADAPTERS))('%s: logits, loss and every gradient', async (name) => {
    const folder = `${ADAPTERS}/${name}`;
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(folder)!), parseModel(goldenJson<Record<string, unknown>>(`${VIT}/config.json`)));
    const [step, io] = [await golden(`${folder}/step.safetensors`), await golden(`${VIT}/io.safetensors`)];
    const got = await oneStep(device, { adapted, source: await golden(`${VIT}/model.safetensors`), values, pixels: await io.readF32('pixel_values'), labels: Uint32Array.from(await io.readF32('labels')) });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(3e-6);
    expect(Math.abs(got.loss - (await step.readF32('loss'))[0]!)).toBeLessThan(3e-6);
    const wanted = step.names().filter((n) => n.startsWith('grad.'));
    expect(wanted.length).toBeGreaterThan(0);
    for (const n of wanted) expect(maxError(got.grads[n.slice(5).replace(/^base_model\.model\.(?=classifier)/, '')]!, await step.readF32(n)), n).toBeLessThan(GRAD);
  });
});
