import { expect, test } from 'vitest';
import { loadAdapter } from '../adapters/files';
import { folderTree } from '../io/fileTree.node';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenPath } from '../testing/golden';
import { GRAD, goldenBatch, loadVit, VIT } from '../testing/goldenAdapters';
import { outerStep } from './outerStep';

const FOLDER = 'methods/adapters/vit_small_dev';

describeGolden('the outer step of the reference', `${FOLDER}/autolora_r4/outer.safetensors`, () => {
  test('has its loss, its gradient on other images, and its gradient in all', async () => {
    const device = await mustOpen(gpu());
    const vit = await loadVit();
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${FOLDER}/autolora_r4`)!), parseModel(vit.config), vit.source);
    const outer = await golden(`${FOLDER}/autolora_r4/outer.safetensors`);
    const train = { adapted, source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))) };
    const got = await outerStep(device, train, { pixels: await outer.readF32('val_pixel_values'), labels: Uint32Array.from(await outer.readF32('val_labels')) });
    expect(Math.abs(got.loss - defined((await outer.readF32('val_loss'))[0]))).toBeLessThan(5e-6);
    const [direct, total] = ['grad_direct.', 'grad_total.'].map((kind) => outer.names().filter((n) => n.startsWith(kind))) as [string[], string[]];
    expect(Object.keys(got.total).sort()).toEqual(total.map((n) => n.slice('grad_total.'.length)).sort());
    for (const n of direct) expect(maxError(defined(got.direct[n.slice('grad_direct.'.length)]), await outer.readF32(n)), n).toBeLessThan(GRAD);
    // A difference over 2e, of which few digits are left: 1e-3 between float32 and float64.
    for (const n of total) expect(maxError(defined(got.total[n.slice('grad_total.'.length)]), await outer.readF32(n)), n).toBeLessThan(2e-2);
    expect(device.ledger).toEqual({});
  });

  test('is refused of a method that selects by nothing', async () => {
    const device = await mustOpen(gpu());
    const vit = await loadVit();
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${FOLDER}/hira_r4`)!), parseModel(vit.config), vit.source);
    const train = { adapted, source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))) };
    await expect(outerStep(device, train, train)).rejects.toThrow('HiRA has nothing that is trained on other images than the rest.');
  });
});
