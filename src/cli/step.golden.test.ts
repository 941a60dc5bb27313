import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, saveAdapter } from '../adapters/files';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorSource } from '../io/safetensors';
import { maxError } from '../testing/checkOp';
import { describeGolden, golden, goldenNames, goldenPath } from '../testing/golden';
import { gradErrors, gradLabel, loadVit, MORE, vectorsOf, VIT } from '../testing/goldenAdapters';
import { CLIP } from '../testing/goldenClip';
import { folderTree } from '../io/fileTree.node';
import { parseModel } from '../models';
import { inStepForms } from '../testing/stepForms';
import { writeAll } from './files';
import { main } from './main';

const ADAPTERS = 'methods/adapters/vit_small_dev';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-step-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

const step = (model: string, folder: string, batch: string, more: string[] = []) => stepAt(goldenPath(model)!, goldenPath(folder)!, goldenPath(batch)!, more);

async function stepAt(model: string, folder: string, batch: string, more: string[] = []) {
  const out = join(dir, `${basename(folder)}.safetensors`);
  expect(await main(['step', '--model', model, '--adapter', folder, '--batch', batch, '--out', out, ...more])).toBe(0);
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

/** In all their forms, and with all their digits, in `adapters/methods.golden.test.ts`. */
test.each(goldenNames(MORE))('step reads %s of the reference', async (name) => {
  const vit = await loadVit();
  const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${MORE}/${name}`)!), parseModel(vit.config), vit.source);
  const vectors = await vectorsOf(`${MORE}/${name}`, adapted);
  // A folder that leaves its singular vectors to be made again is written with those that PEFT had.
  const whole = Object.keys(vectors).length > 0 && (await saveAdapter(new Adapted(adapted.model, { ...adapted.config, save_vectors: true }), { ...values, ...vectors }, { base: vit }));
  const folder = whole ? join(dir, name) : goldenPath(`${MORE}/${name}`)!;
  if (whole) await writeAll(folder, whole);
  const got = await stepAt(goldenPath(VIT)!, folder, goldenPath(`${VIT}/io.safetensors`)!);
  const want = await golden(`${MORE}/${name}/step.safetensors`);
  for (const n of ['logits', 'loss']) expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(2e-4);
  const errors = await gradErrors(want, (n) => got.readF32(adapted.method.trains === 'part' ? `grad.${gradLabel(n, adapted)}` : n));
  expect(got.names().filter((n) => n.startsWith('grad.'))).toHaveLength(errors.length);
  for (const one of errors) expect(one.error, one.name).toBeLessThan(2e-4);
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
