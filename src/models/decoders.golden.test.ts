import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { IGNORED, type HostBatch } from '../tasks/task';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenNames, goldenPath } from '../testing/golden';
import { openGoldenText as open, openGoldenVariant } from '../testing/goldenTexts';
import { oneStep, type StepInput } from '../train/oneStep';
import type { LoadedModel } from '../train/openModel';
import { readTextBatch } from '../train/textBatch';
import { textModel } from './text';

/** Bounds of the reference for an engine in f32. */
const [LOGITS, LOSS, GRAD] = [5e-5, 2e-5, 1e-4];

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** Whole numbers of a file, -100 as batches hold it. */
const whole = async (io: TensorSource, name: string): Promise<Uint32Array> => Uint32Array.from(await io.readF32(name), (v) => (v < 0 ? IGNORED : v));

/** The rows of a file whose names begin with `prefix`, and how long they are. */
async function rowsOf(io: TensorSource, prefix = ''): Promise<{ rows: number; tokens: number; inputs: HostBatch }> {
  const [rows, tokens] = io.info(`${prefix}input_ids`).shape as [number, number];
  const optional = async (name: string, otherwise: (i: number) => number) => (io.has(`${prefix}${name}`) ? whole(io, `${prefix}${name}`) : Uint32Array.from({ length: rows * tokens }, (_, i) => otherwise(i)));
  return {
    rows, tokens,
    inputs: {
      input_ids: await whole(io, `${prefix}input_ids`),
      labels: await whole(io, `${prefix}labels`),
      attention_mask: await optional('attention_mask', () => 1),
      position_ids: await optional('position_ids', (i) => i % tokens),
    },
  };
}

async function step(model: LoadedModel, { rows, tokens, inputs }: Awaited<ReturnType<typeof rowsOf>>, config: { method: string } = { method: 'full' }, more: Partial<StepInput> = {}) {
  const adapted = new Adapted(textModel(model.net).with({ tokens }), config);
  return oneStep(device, { adapted, source: model.source, values: {}, batch: { rows, inputs }, ...more });
}

/** Largest difference of logits (rows, V) where the mask is not 0. */
function maxLogits(got: Float32Array, want: Float32Array, mask: ArrayLike<number>): number {
  const V = want.length / mask.length;
  let worst = 0;
  want.forEach((v, i) => { if (mask[Math.floor(i / V)]) worst = Math.max(worst, Math.abs(v - defined(got[i]))); });
  return worst;
}

/** The middle third of this bias has no gradient but rounding. */
const KEYS = /c_attn\.bias$/;
const compared = (name: string, grad: Float32Array): Float32Array => (KEYS.test(name) ? grad.filter((_, i) => Math.floor((3 * i) / grad.length) !== 1) : grad);

/** As the file has it: (in, out) where the model says so. */
function inFile(model: LoadedModel, name: string, grad: Float32Array): Float32Array {
  if (!model.net.transposed?.(name)) return grad;
  const [out, into] = model.source.info(name).shape as [number, number];
  return Float32Array.from(grad, (_, i) => defined(grad[(i % out) * into + Math.floor(i / out)]));
}

describe.each(['gpt2_dev', 'qwen2_dev', 'phi3_dev', 'llama_dev'])('%s', (name) => {
  describeGolden(name, `text/models/${name}/io.safetensors`, () => {
    test.each(['config.json', 'config_v5.json'])('logits, loss and the gradient of every weight, by %s', async (config) => {
      const [model, io, grads] = [await open(name, config), await golden(`text/models/${name}/io.safetensors`), await golden(`text/models/${name}/grads.safetensors`)];
      const batch = await rowsOf(io);
      const got = await step(model, batch);
      expect(maxLogits(got.logits, await io.readF32('logits'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
      expect(Math.abs(got.loss - defined((await io.readF32('loss'))[0]))).toBeLessThan(LOSS);
      expect(Object.keys(got.grads).sort()).toEqual(grads.names().sort());
      for (const weight of grads.names()) expect(maxError(compared(weight, inFile(model, weight, defined(got.grads[weight]))), compared(weight, await grads.readF32(weight))), weight).toBeLessThan(GRAD);
    });

    test('rows padded at the front, by positions of the mask', async () => {
      const io = await golden(`text/models/${name}/io.safetensors`);
      const batch = await rowsOf(io, 'left.');
      const got = await step(await open(name), batch);
      expect(maxLogits(got.logits, await io.readF32('left.logits'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
      expect(Math.abs(got.loss - defined((await io.readF32('left.loss'))[0]))).toBeLessThan(LOSS);
    });

    test('the same counted from the first column, which moves what has a table of positions and not what is turned', async ({ skip }) => {
      const io = await golden(`text/models/${name}/io.safetensors`);
      if (!io.has('left.logits_arange')) skip('the reference has these rows of GPT-2 alone');
      const batch = await rowsOf(io, 'left.');
      const { tokens } = batch;
      const got = await step(await open(name), { ...batch, inputs: { ...batch.inputs, position_ids: batch.inputs.position_ids!.map((_, i) => i % tokens) } });
      expect(maxLogits(got.logits, await io.readF32('left.logits_arange'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
      expect(Math.abs(got.loss - defined((await io.readF32('left.loss_arange'))[0]))).toBeLessThan(LOSS);
      // It is another model than by the positions of the mask.
      expect(maxLogits(got.logits, await io.readF32('left.logits'), batch.inputs.attention_mask!)).toBeGreaterThan(0.1);
    });

    test('several documents in one row', async () => {
      const io = await golden(`text/models/${name}/io.safetensors`);
      const batch = await rowsOf(io, 'packed.');
      const documents = Uint32Array.from(await io.readF32('packed.document'), (d) => d + 1);
      const got = await step(await open(name), { ...batch, inputs: { ...batch.inputs, attention_mask: documents } });
      expect(maxLogits(got.logits, await io.readF32('packed.logits'), documents)).toBeLessThan(LOGITS);
      expect(Math.abs(got.loss - defined((await io.readF32('packed.loss'))[0]))).toBeLessThan(LOSS);
    });

    test('micro-batches are a mean over all tokens, and activations made again change nothing', async () => {
      const io = await golden(`text/models/${name}/io.safetensors`);
      const [model, batch] = [await open(name), await rowsOf(io)];
      const [all, divided] = [await step(model, batch, { method: 'lora' }), await step(model, batch, { method: 'lora' }, { accumulate: 2, checkpoint_activations: true })];
      expect(Math.abs(divided.loss - defined((await io.readF32('accumulate.mean_over_tokens'))[0]))).toBeLessThan(LOSS);
      expect(divided.loss).toBeCloseTo(all.loss, 5);
    });
  });

  describe.each(goldenNames(`text/adapters/${name}`))('%s', (method) => {
    test('logits, loss and every gradient; merged it says the same', async () => {
      const folder = `text/adapters/${name}/${method}`;
      const [model, io, want, merged] = [await open(name), await golden(`text/models/${name}/io.safetensors`), await golden(`${folder}/step.safetensors`), await golden(`${folder}/io.safetensors`)];
      const batch = await rowsOf(io);
      const { adapted, values } = await loadAdapter(await folderTree(goldenPath(folder)!), textModel(model.net).with({ tokens: batch.tokens }), model.source);
      for (const form of ['streamed', 'merged'] as const) {
        const got = await oneStep(device, { adapted, source: model.source, values, batch, form });
        expect(maxLogits(got.logits, await want.readF32('logits'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
        expect(Math.abs(got.loss - defined((await want.readF32('loss'))[0]))).toBeLessThan(LOSS);
        for (const grad of want.names().filter((n) => n.startsWith('grad.'))) expect(maxError(defined(got.grads[grad.slice(5)]), await want.readF32(grad)), `${form} ${grad}`).toBeLessThan(GRAD);
      }
      const weights = await mergedWeights(device, model.source, { adapted, values });
      for (const tensor of merged.names().filter((n) => n.startsWith('merged.'))) expect(maxError(inFile(model, tensor.slice(7), weights.get(tensor.slice(7))!), await merged.readF32(tensor), true), tensor).toBeLessThan(1e-5);
      const alone = await oneStep(device, { adapted: new Adapted(adapted.model, { method: 'full' }), source: model.source, values: Object.fromEntries(weights), batch });
      expect(maxLogits(alone.logits, await want.readF32('logits'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
    });
  });
});

describe.each(['gpt2_dev', 'qwen2_dev', 'llama_dev'])('%s', (name) => {
  describeGolden(`${name} classifies`, `text/models/${name}/sequence_classification.safetensors`, () => {
    test('by the last token: logits, loss, and the gradients of the head and of the table of tokens', async () => {
      const [model, file] = [await open(name), await golden(`text/models/${name}/sequence_classification.safetensors`)];
      const { model: net, lead, inputs } = await readTextBatch(file, textModel(textModel(model.net).with({ reads: 'text', labels: ['a', 'b', 'c'], problem: 'single_label_classification' })));
      const got = await oneStep(device, { adapted: new Adapted(net, { method: 'full' }), source: model.source, values: { 'score.weight': await file.readF32('score.weight') }, batch: { rows: defined(lead[0]), inputs } });
      expect(maxError(got.logits, await file.readF32('logits'), true)).toBeLessThan(LOGITS);
      expect(Math.abs(got.loss - defined((await file.readF32('loss'))[0]))).toBeLessThan(LOSS);
      for (const grad of file.names().filter((n) => n.startsWith('grad.'))) expect(maxError(defined(got.grads[grad.slice(5)]), await file.readF32(grad)), grad).toBeLessThan(GRAD);
    });
  });
});

describeGolden('a file as the hub has it', 'text/models/gpt2_dev/hub_layout.safetensors', () => {
  test('without a prefix and with mask buffers says the same', async () => {
    const [model, io] = [await open('gpt2_dev', 'config.json', 'hub_layout.safetensors'), await golden('text/models/gpt2_dev/io.safetensors')];
    const batch = await rowsOf(io);
    const got = await step(model, batch, { method: 'lora' });
    expect(maxLogits(got.logits, await io.readF32('logits'), batch.inputs.attention_mask!)).toBeLessThan(LOGITS);
  });
});

describeGolden('variants of Phi-3', 'text/models/phi3_dev/variants.safetensors', () => {
  test.each([['longrope', 'longrope.short_logits'], ['longrope', 'longrope.long_logits'], ['sliding', 'sliding.logits']])('%s: %s', async (variant, name) => {
    const variants = await golden('text/models/phi3_dev/variants.safetensors');
    const model = await openGoldenVariant('phi3_dev', variant);
    const [rows, tokens] = variants.info(name).shape as [number, number];
    const [, all] = variants.info('input_ids').shape as [number, number];
    const ids = (await whole(variants, 'input_ids')).filter((_, i) => i % all < tokens);
    const ones = new Uint32Array(rows * tokens).fill(1);
    const inputs = { input_ids: ids, labels: ids, attention_mask: ones, position_ids: Uint32Array.from(ids, (_, i) => i % tokens) };
    const got = await step(model, { rows, tokens, inputs }, { method: 'lora' });
    expect(maxLogits(got.logits, await variants.readF32(name), ones)).toBeLessThan(LOGITS);
  });
});
