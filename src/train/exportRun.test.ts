import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { probePixels } from '../export/probe';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import type { PageFacts } from '../player/facts.meta';
import { hosts } from '../player/hosts.meta';
import { gpu } from '../testing/device';
import { noPage } from '../testing/noPage';
import { openByText } from '../tasks/byText';
import { makeTextHead } from '../tasks/textTower';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { tinyClip } from '../testing/tinyClip';
import { completeTrain } from './config';
import { deployPage } from './deployPage';
import { exportRun, type ExportInput } from './exportRun';
import { logitsOf } from './logits';
import type { LoadedModel } from './openModel';
import { openTrained } from './openTrained';
import { programOptions } from './plan';
import type { Exported, ExportEvent, ExportSpec, MethodConfig, RunSpec, TrainConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

async function trained(model: LoadedModel, method: MethodConfig, train: Partial<TrainConfig> = {}): Promise<Omit<ExportInput, 'how'>> {
  const data = tinyData();
  const config = completeTrain({ steps: 2, batch: 4, seed: 3, ...train });
  const spec: RunSpec = { id: 'r', name: 'calm-owl', model: model.id, data: 'tiny', method, train: config };
  const { files } = await trainRun(device, { spec, model, data });
  expect(files.length).toBeGreaterThan(0);
  return { spec, files, model, data };
}

/** Test images that the engine answers rightly. */
async function rightOnTest(run: Omit<ExportInput, 'how'>): Promise<number> {
  const { adapted, values } = await openTrained(device, run, { vision: true });
  const { test } = run.data!;
  const images = await Promise.all(Array.from({ length: test.count }, async (_, i) => test.image(i)));
  const logits = await logitsOf(device, { adapted, source: run.model.source, values, pixels: probePixels(run.model.preprocess, adapted.model.image_size, images).pixel_values });
  const rows = images.map((_, i) => [...logits.subarray((i * logits.length) / test.count, ((i + 1) * logits.length) / test.count)]);
  return rows.filter((row, i) => row.indexOf(Math.max(...row)) === test.labels[i]).length;
}

/** The zip's files without their folder. */
async function unzip({ file }: Exported): Promise<Record<string, Uint8Array>> {
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path.split('/').slice(1).join('/'), bytes]));
}
const tensors = async (bytes: Uint8Array) => (await openSafetensors(bytesAccess(bytes))).names();

describe('exporting a run', () => {
  test('ONNX with a verdict on test images, in every type, and with what it answers on them', async () => {
    const run = await trained(await tinyModel(), { method: 'lora', r: 2 });
    for (const [dtype, name, path] of [['f32', 'calm-owl-lora-onnx.zip', 'model'], ['f16', 'calm-owl-lora-onnx-f16.zip', 'model_fp16'], ['q8', 'calm-owl-lora-onnx-q8.zip', 'model_quantized']] as const) {
      const events: ExportEvent[] = [];
      const out = await exportRun(device, { ...run, how: { format: 'onnx', dtype } }, { onEvent: (e) => events.push(e) });
      expect(out).toMatchObject({ name, note: '', verdict: { ok: true, images: 8, top1: 1, tested: { images: run.data!.test.count } } });
      const files = await unzip(out);
      expect(Object.keys(files)).toEqual([`onnx/${path}.onnx`, 'config.json', 'preprocessor_config.json', 'README.md']);
      const { right, images } = out.verdict!.tested!;
      if (dtype === 'f32') expect(right).toBe(await rightOnTest(run));
      expect(new TextDecoder().decode(files['README.md'])).toContain(`${(100 * (right / images)).toFixed(1)} % on ${images} test images`);
      expect(events.map((e) => e.stage)).toEqual(['open', 'images', 'make', 'zip']);
    }
    expect(device.ledger).toEqual({});
    // A picture that cannot be had is no fault of the file.
    const broken = { ...run.data!, test: { ...run.data!.test, image: (i: number) => (i === 1 ? Promise.reject(new Error('this picture is gone')) : run.data!.test.image(i)) } };
    await expect(exportRun(device, { ...run, data: broken, how: { format: 'onnx' } }, { pictures: false })).rejects.toThrow(/^this picture is gone$/);
  });

  test('an adapter by either generation of names, a merged folder, and what is said without data', async () => {
    const run = await trained(await tinyModel(), { method: 'lora', r: 2 });
    const of = (how: ExportSpec) => exportRun(device, { ...run, how });
    const [four, five] = [await unzip(await of({ format: 'peft', transformers: 4 })), await unzip(await of({ format: 'peft' }))];
    expect(Object.keys(four)).toEqual(expect.arrayContaining(['adapter_config.json', 'README.md', 'probe.safetensors', 'check.py']));
    expect(await tensors(defined(four['adapter_model.safetensors']))).toContain('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight');
    expect(await tensors(defined(five['adapter_model.safetensors']))).toContain('base_model.model.vit.layers.0.attention.q_proj.lora_A.weight');
    const folder = await of({ format: 'folder', facts: { data: 'Tiny', accuracy: 0.5, images: 10 } });
    expect(folder.name).toBe('calm-owl-lora-merged.zip');
    const readme = new TextDecoder().decode((await unzip(folder))['README.md']);
    expect(readme).toContain('50.0 % on 10 test images');
    const without = await exportRun(device, { ...run, data: null, how: { format: 'onnx' } });
    expect(without).toMatchObject({ verdict: { ok: true, images: 4 }, note: expect.stringMatching(/made by a formula/) as string });
  });

  test('NoLA as LoRA; methods without an adapter leave merged; a cancelled export ends', async () => {
    const nola = await trained(await tinyModel(), { method: 'nola', r: 2, nola_num_bases: 6 });
    expect(await tensors(defined((await unzip(await exportRun(device, { ...nola, how: { format: 'equivalent' } })))['adapter_model.safetensors']))).toContain('base_model.model.vit.layers.0.attention.q_proj.lora_A.weight');
    const probe = await trained(await tinyModel(), { method: 'linear_probe' });
    await expect(exportRun(device, { ...probe, how: { format: 'peft' } })).rejects.toThrow(/saves no adapter/);
    expect((await exportRun(device, { ...probe, how: { format: 'onnx' } })).verdict).toMatchObject({ ok: true });
    const abort = new AbortController();
    await expect(exportRun(device, { ...nola, how: { format: 'folder' } }, { signal: abort.signal, onEvent: (e) => e.stage === 'make' && abort.abort() })).rejects.toThrow(/cancelled/);
  });
});

describe('exporting a page', () => {
  const read = (files: Record<string, Uint8Array>, path: string) => new TextDecoder().decode(defined(files[path]));

  test('of its model, with the answers of the model, a threshold on what the run was followed on, and all its files known to its service worker', async () => {
    const run = await trained(await tinyModel(), { method: 'lora', r: 2 });
    const events: ExportEvent[] = [];
    const page = async () => ({ files: { 'index.html': '<title>PAGE_TITLE</title>', 'sw.js': 'f=PAGE_FILES', LICENSES: 'MIT' }, kernels: Uint8Array.of(1) });
    const out = await exportRun(device, { ...run, how: { format: 'web', title: ' <Cats & co> ', facts: { data: 'Tiny', accuracy: 0.5, images: 10 } } }, { page, onEvent: (event) => events.push(event) });
    expect(out).toMatchObject({ name: 'calm-owl-lora-page.zip', note: '', verdict: { ok: true, images: 8, top1: 1 } });
    expect(events.some(({ stage, bytes, total }) => stage === 'held' && bytes === total)).toBe(true);
    const files = await unzip(out);
    expect(read(files, 'index.html')).toBe('<title>&#60;Cats &#38; co&#62;</title>');
    const facts = JSON.parse(read(files, 'page.json')) as PageFacts;
    expect(facts).toMatchObject({ title: '<Cats & co>', labels: run.data!.classes, image_size: run.model.net.image_size, textHead: false });
    expect(facts.card).toContainEqual(['Accuracy', '50.0 % of 10 test pictures (95 % interval 23.7 to 76.3 %)']);
    expect(facts.threshold.images).toBeGreaterThan(0);
    // For people who never put a page anywhere, and a Space takes the folder as it is.
    const readme = read(files, 'README.md');
    expect(readme.startsWith('---\ntitle: "<Cats & co>"\nsdk: static\n---\n')).toBe(true);
    expect(hosts.filter(({ name, how }) => !readme.includes(name) || !readme.includes(how))).toEqual([]);
    expect(['Netlify Drop', 'GitHub Pages', 'Hugging Face Space', 'https', 'npx serve', 'python3 -m http.server'].filter((word) => !readme.includes(word))).toEqual([]);
    const known = JSON.parse(read(files, 'sw.js').slice(2)) as string[];
    expect([...known, 'LICENSES', 'README.md', 'sw.js'].sort()).toEqual(Object.keys(files).sort());
    expect(device.ledger).toEqual({});
  });

  test('without data it answers every picture, a model of texts has none, and weights that are not the model’s are told', async () => {
    const run = await trained(await tinyModel(), { method: 'lora', r: 2 });
    const out = await exportRun(device, { ...run, data: null, how: { format: 'web' } }, { page: noPage });
    expect([out.verdict!.images, out.note]).toEqual([4, expect.stringMatching(/answers every picture/)]);
    expect(JSON.parse(read(await unzip(out), 'page.json'))).toMatchObject({ title: 'calm-owl', threshold: { value: 0, split: '' } });
    const loaded = await openTrained(device, run);
    const other = { ...run.model, source: { ...run.model.source, readF32Checked: async (name: string) => (await run.model.source.readF32Checked(name)).map((v) => (name.includes('bias') ? v + 1 : v)) } };
    const { verdict } = await deployPage(device, { ...loaded, model: other, title: 'x', parts: await noPage() });
    expect(verdict.ok).toBe(false);
  });

  test.each(['cross_entropy', 'contrastive'] as const)('of a CLIP that classifies by text: %s', async (loss) => {
    const run = await trained(await tinyClip(), { method: 'lora', r: 2 }, { loss, templates: 'photo of {}|{}', lr: 1e-2 });
    const out = await exportRun(device, { ...run, how: { format: 'web' } }, { page: noPage });
    expect(out.verdict, out.verdict!.text).toMatchObject({ ok: true, top1: 1 });
    expect(JSON.parse(read(await unzip(out), 'page.json'))).toMatchObject({ textHead: true });
  });
});

describe('exporting a CLIP that classifies by text', () => {
  test.each(['cross_entropy', 'contrastive'] as const)('%s', async (loss) => {
    const run = await trained(await tinyClip(), { method: 'lora', r: 2 }, { loss, templates: 'photo of {}|{}', lr: 1e-2 });
    const onnx = await exportRun(device, { ...run, how: { format: 'onnx' } });
    expect(onnx.verdict, onnx.verdict!.text).toMatchObject({ ok: true, images: 8 });
    expect(Object.keys(await unzip(await exportRun(device, { ...run, how: { format: 'folder' } })))).toContain('model.safetensors');
    const peft = await unzip(await exportRun(device, { ...run, how: { format: 'peft' } }));
    expect((await tensors(defined(peft['adapter_model.safetensors']))).some((name) => name.includes('text_model'))).toBe(loss === 'contrastive');
    // The text head is the checkpoint's, or that of the text tower as it was trained.
    const { prompts } = await openByText(run.model, run.data!.classes, run.spec.train.templates);
    const frozen = await makeTextHead(device, run.model, prompts, programOptions(run.spec.train, device.report));
    const head = await (await openSafetensors(bytesAccess(defined(peft['probe.safetensors'])))).readF32Checked('head_weight');
    expect(maxError(head, frozen) > 1e-3).toBe(loss === 'contrastive');
    await expect(exportRun(device, { ...run, data: null, how: { format: 'onnx' } })).rejects.toThrow(/not open any more/);
  });
});
