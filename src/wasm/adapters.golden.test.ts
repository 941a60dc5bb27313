import { beforeAll, describe, expect, test } from 'vitest';
import { loadAdapter } from '../adapters/files';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import { parseModel } from '../models';
import { mustOpen } from '../testing/checkOp';
import { golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { stepErrors } from '../testing/goldenStep';
import { here } from './here.node';

const VIT = 'models/vit_small_dev';
const ADAPTERS = 'adapters/vit_small_dev';

describe('adapters of PEFT on the processor', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(here());
  });

  test.each(goldenNames(ADAPTERS))('%s: logits, loss and every gradient', async (name) => {
    const folder = `${ADAPTERS}/${name}`;
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(folder)!), parseModel(goldenJson<Record<string, unknown>>(`${VIT}/config.json`)));
    const errors = await stepErrors(device, { adapted, values }, await golden(`${VIT}/model.safetensors`), await golden(`${VIT}/io.safetensors`), await golden(`${folder}/step.safetensors`));
    for (const { what, error, most } of errors) expect(error, what).toBeLessThan(most);
    expect(errors.filter(({ what }) => what.startsWith('grad.')).length).toBeGreaterThan(0);
  });
});
