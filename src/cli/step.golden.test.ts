import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorSource } from '../io/safetensors';
import { maxError } from '../testing/checkOp';
import { describeGolden, golden, goldenNames, goldenPath } from '../testing/golden';
import { VIT } from '../testing/goldenAdapters';
import { CLIP } from '../testing/goldenClip';
import { inStepForms } from '../testing/stepForms';
import { main } from './main';

const ADAPTERS = 'methods/adapters/vit_small_dev';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-step-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

async function step(model: string, folder: string, batch: string, more: string[] = []) {
  const out = join(dir, `${basename(folder)}.safetensors`);
  expect(await main(['step', '--model', goldenPath(model)!, '--adapter', goldenPath(folder)!, '--batch', goldenPath(batch)!, '--out', out, ...more])).toBe(0);
  return openSafetensors(bytesAccess(new Uint8Array(readFileSync(out))));
}

/** The precise numbers are held by the goldens of adapters; here, that every tensor is written under the reference's name. */
async function compare(got: TensorSource, want: TensorSource) {
  const grads = want.names().filter((n) => n.startsWith('grad.') && !want.info(n).shape.includes(0));
  expect(got.names().filter((n) => n.startsWith('grad.')).sort()).toEqual(grads.sort());
  for (const n of ['logits', 'loss', ...grads]) expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(2e-4);
}

describe.each([[VIT, 'methods/prompts/vit_small_dev'], [CLIP, 'methods/prompts/clip_small_dev']])('step reads the prompts of the reference for %s', (model, prompts) => {
  // They change no layer, which has one form then.
  test.each(inStepForms(goldenNames(prompts)).filter(({ flags }) => !flags.includes('--form')))('$name, $how', async ({ name, flags }) => {
    const folder = `${prompts}/${name}`;
    await compare(await step(model, folder, `${folder}/inputs.safetensors`, flags), await golden(`${folder}/step.safetensors`));
  });
});

const BOTH = 'methods/adapters/clip_small_dev';

describeGolden('step reads the adapters of the reference on both towers', BOTH, () => {
  test.each(inStepForms(goldenNames(BOTH)))('$name, $how', async ({ name, flags }) => {
    await compare(await step(CLIP, `${BOTH}/${name}`, `${CLIP}/io.safetensors`, ['--loss', 'contrastive', ...flags]), await golden(`${BOTH}/${name}/step.safetensors`));
  });
});

describe('step reads the adapters of the reference', () => {
  test.each(inStepForms(goldenNames(ADAPTERS)))('$name, $how', async ({ name, flags }) => {
    await compare(await step(VIT, `${ADAPTERS}/${name}`, `${VIT}/io.safetensors`, flags), await golden(`${ADAPTERS}/${name}/step.safetensors`));
  });

  test('and takes the outer step on other images', async () => {
    const outer = await golden(`${ADAPTERS}/autolora_r4/outer.safetensors`);
    const other = join(dir, 'other.safetensors');
    const [pixels, labels] = ['val_pixel_values', 'val_labels'].map((n) => outer.info(n).shape);
    writeFileSync(other, writeSafetensors({ pixel_values: { dtype: 'F32', shape: pixels!, data: await outer.readF32('val_pixel_values') }, labels: { dtype: 'F32', shape: labels!, data: await outer.readF32('val_labels') } }));
    const got = await step(VIT, `${ADAPTERS}/autolora_r4`, `${VIT}/io.safetensors`, ['--validation', other]);
    for (const n of outer.names().filter((name) => name.startsWith('grad_'))) expect(maxError(await got.readF32(n), await outer.readF32(n)), n).toBeLessThan(n.startsWith('grad_total') ? 2e-2 : 2e-5);
  });
});
