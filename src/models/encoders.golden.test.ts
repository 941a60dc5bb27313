import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter } from '../adapters/files';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import type { TensorSource } from '../io/safetensors';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { oneStep } from '../train/oneStep';
import { readTextBatch } from '../train/textBatch';
import { parseModel } from '.';
import { defined } from '../numbers/defined';
import { v4Source } from './names';
import { textModel, type TextModel } from './text';

/** As the reference's notes have them for an f32 engine. */
const [LOGITS, LOSS, GRAD] = [5e-5, 2e-5, 1e-4];

/** True if a weight cancels in the softmax: its gradient is rounding alone. */
const cancels = (name: string) => name.endsWith('key.bias');

const modelOf = (name: string, config = 'config.json'): TextModel => textModel(parseModel(goldenJson(`text/models/${name}/${config}`)));
const weightsOf = async (name: string, model: TextModel) => v4Source(await golden(`text/models/${name}/model.safetensors`), model.names);

/** Logits where the mask is 1, the loss, and every gradient under the name that the reference gives it. */
async function compare(got: Awaited<ReturnType<typeof oneStep>>, want: TensorSource, grads: TensorSource, prefix: string) {
  expect(maxError(got.logits, await want.readF32('logits'))).toBeLessThan(LOGITS);
  expect(Math.abs(got.loss - defined((await want.readF32('loss'))[0]))).toBeLessThan(LOSS);
  const named = (label: string) => (got.grads[label] ? label : label.replace('base_model.model.', ''));
  const names = grads.names().filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  expect(names.map(named).sort()).toEqual(Object.keys(got.grads).sort());
  for (const name of names.filter((one) => !cancels(one))) {
    const values = await grads.readF32(prefix + name);
    const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(Math.max(...defined(got.grads[named(name)]).map((v, i) => Math.abs(v - defined(values[i])))), name).toBeLessThanOrEqual(GRAD * largest);
  }
}

describeGolden('encoders of texts', 'text/models/bert_dev/io.safetensors', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const models = ['roberta_dev', 'roberta_reg_dev', 'bert_dev'].filter((name) => goldenPath(`text/models/${name}/grads.safetensors`));
  test.each(models.flatMap((name) => ['config.json', 'config_v5.json'].map((config) => ({ name, config }))).filter(({ name, config }) => goldenPath(`text/models/${name}/${config}`)))('$name by $config: logits, loss and the gradients of all weights', async ({ name, config }) => {
    const given = modelOf(name, config);
    const io = await golden(`text/models/${name}/io.safetensors`);
    const { model, lead, inputs } = await readTextBatch(io, given);
    const step = (more: object) => weightsOf(name, given).then((source) => oneStep(device, { adapted: new Adapted(model, { method: 'full' }), source, values: {}, batch: { rows: defined(lead[0]), inputs }, ...more }));
    const got = await step({});
    await compare(got, io, await golden(`text/models/${name}/grads.safetensors`), '');
    if (config === 'config.json') await compare(await step({ checkpoint_activations: true, accumulate: 2 }), io, await golden(`text/models/${name}/grads.safetensors`), '');
  });

  const adapters = ['roberta_dev', 'bert_dev'].filter((name) => goldenPath(`text/models/${name}/io.safetensors`)).flatMap((name) => goldenNames(`text/adapters/${name}`).map((adapter) => ({ name, adapter })));
  test.each(adapters)('$adapter on $name: logits, loss and every gradient', async ({ name, adapter }) => {
    const folder = `text/adapters/${name}/${adapter}`;
    const { model, lead, inputs } = await readTextBatch(await golden(`text/models/${name}/io.safetensors`), modelOf(name));
    const { adapted, values, warnings, hasHead } = await loadAdapter(await folderTree(goldenPath(folder)!), model);
    expect([warnings, hasHead]).toEqual([[], true]);
    const step = await golden(`${folder}/step.safetensors`);
    for (const form of ['streamed', 'merged'] as const) {
      const got = await oneStep(device, { adapted, source: await weightsOf(name, model), values, batch: { rows: defined(lead[0]), inputs }, form });
      await compare(got, step, step, 'grad.');
    }
  });

  /** A head that a file of the reference brings for RoBERTa: logits, loss, and the gradients of head and words. `called` is what the model calls a weight of RoBERTa's. */
  async function headed(file: TensorSource, model: TextModel, { lead, inputs }: Pick<Awaited<ReturnType<typeof readTextBatch>>, 'lead' | 'inputs'>, head: string[], called = (name: string) => name) {
    const values = Object.fromEntries(await Promise.all(head.map(async (name) => [called(name), await file.readF32(name)] as const)));
    const source = v4Source(await golden('text/models/roberta_dev/model.safetensors'), { v4: called, v5: called });
    const got = await oneStep(device, { adapted: new Adapted(model, { method: 'full' }), source, values, batch: { rows: defined(lead[0]), inputs } });
    const wanted = await file.readF32('logits');
    const seen = (i: number) => inputs.attention_mask![Math.floor(i / model.num_labels)] === 1;
    expect(Math.max(...got.logits.map((v, i) => (seen(i) ? Math.abs(v - defined(wanted[i])) : 0)))).toBeLessThan(LOGITS);
    expect(Math.abs(got.loss - defined((await file.readF32('loss'))[0]))).toBeLessThan(LOSS);
    for (const name of file.names().filter((one) => one.startsWith('grad.'))) {
      const grad = await file.readF32(name);
      expect(maxError(defined(got.grads[called(name.slice(5))]), grad), name).toBeLessThan(GRAD);
    }
  }

  test.runIf(goldenPath('text/models/roberta_dev/token_classification.safetensors'))('a class for each token', async () => {
    const file = await golden('text/models/roberta_dev/token_classification.safetensors');
    const read = await readTextBatch(file, modelOf('roberta_dev').with({ reads: 'tokens' }) as TextModel);
    await headed(file, read.model, read, ['classifier.weight', 'classifier.bias']);
  });

  const saysHidden = ['lm_head.dense.weight', 'lm_head.dense.bias', 'lm_head.layer_norm.weight', 'lm_head.layer_norm.bias', 'lm_head.bias'];

  test('hidden tokens of RoBERTa', async () => {
    const file = await golden('text/models/roberta_dev/mlm.safetensors');
    const read = await readTextBatch(file, modelOf('roberta_dev').with({ reads: 'masked' }) as TextModel);
    expect([read.model.architecture, read.model.head]).toEqual(['RobertaForMaskedLM', null]);
    await headed(file, read.model, read, saysHidden);
  });

  test('hidden tokens of BERT, which is RoBERTa where it is given its places', async () => {
    const file = await golden('text/models/roberta_dev/mlm.safetensors');
    const read = await readTextBatch(file, modelOf('roberta_dev').with({ reads: 'masked' }) as TextModel);
    const { tokens } = read.model.language;
    const bert = textModel(parseModel({ ...goldenJson<object>('text/models/roberta_dev/config.json'), model_type: 'bert' }).with({ reads: 'masked', tokens }));
    const called = (name: string) =>
      name.replace(/^roberta\./, 'bert.').replace(/^lm_head\.dense/, 'cls.predictions.transform.dense').replace(/^lm_head\.layer_norm/, 'cls.predictions.transform.LayerNorm').replace(/^lm_head\.bias/, 'cls.predictions.bias');
    await headed(file, bert, read, saysHidden, called);
  });
});
