import { fromBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { exportOnnx } from '../export/onnx/model';
import { runOnnx, verifyOnnx } from '../export/onnx/verify';
import { probeTexts } from '../export/probe';
import { joinParts } from '../io/joinParts';
import { ModelProtoSchema, type ValueInfoProto } from '../io/onnx/onnx_pb';
import { textModel, type LanguageForm, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenPath } from '../testing/golden';
import { openGoldenText } from '../testing/goldenTexts';
import { decoderConfigs, tinyDecoder } from '../testing/tinyDecoders';
import { tinyEncoder } from '../testing/tinyTexts';
import { logitsOf } from './logits';
import { oneStep } from './oneStep';
import type { LoadedModel } from './openModel';
import { readTextBatch } from './textBatch';
import type { MethodConfig } from './protocol';

const heads: Record<string, { labels: string[] } & Partial<LanguageForm>> = {
  classes: { labels: ['bad', 'good', 'plain'] },
  'a number': { labels: ['score'], problem: 'regression' },
  'tags of tokens': { labels: ['O', 'PER', 'LOC', 'ORG'], reads: 'tokens' },
};
/** With types of tokens and without, as BERT's and RoBERTa's checkpoints have them. */
const encoders: { family: string; more: Record<string, unknown> }[] = [
  { family: 'bert', more: { type_vocab_size: 2, pad_token_id: 0 } },
  { family: 'roberta', more: { type_vocab_size: 1, pad_token_id: 1, hidden_act: 'gelu_new' } },
  { family: 'roberta', more: { type_vocab_size: 2, pad_token_id: 3 } },
];
const [lora, others] = [{ method: 'lora', r: 3 }, [{ method: 'linear_probe' }, { method: 'randlora', r: 5 }]] satisfies [MethodConfig, MethodConfig[]];

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const formOf = (model: LoadedModel, form: Partial<LanguageForm> & { labels: string[] }, tokens: number): TextModel => textModel(model.net.with({ ...form, tokens }));

/** Names and shapes of what goes in or out. */
const portsOf = (ports: ValueInfoProto[]) => Object.fromEntries(ports.map(({ name, type }) => [name, (type!.value.value as { shape: { dim: { value: { value: unknown } }[] } }).shape.dim.map((d) => d.value.value)]));

describe('one exported file gives the logits of the engine for rows of any length, padded, and batches of any size', () => {
  const of = ({ family, more }: (typeof encoders)[0], head: string, method: MethodConfig) => ({ family, more, types: more.type_vocab_size, head, method });
  const cases = [...encoders.flatMap((one) => Object.keys(heads).map((head) => of(one, head, lora))), ...encoders.slice(0, 2).flatMap((one) => others.map((method) => of(one, 'classes', method)))];
  test.each(cases)('$family, $types types, $head, $method', async ({ family, more, head, method }) => {
    const model = await tinyEncoder(family, more);
    const random = randomNormal(8);
    const long = new Adapted(formOf(model, defined(heads[head]), 12), method);
    const values = { ...(await long.initialise(1, (name) => model.source.readF32Checked(name))), ...long.newHead(0) };
    // RandLoRA multiplies by 20; what a single logit is compared with must not be near zero.
    const step = (label: string) => (label.startsWith('classifier') ? 0.5 : method.method === 'randlora' ? 0.02 : 0.1);
    for (const [label, data] of Object.entries(values)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + step(label) * random()));
    const merged = await mergedWeights(device, model.source, { adapted: long, values });
    const read = async (name: string) => merged.get(name) ?? values[name] ?? model.source.readF32Checked(name);
    const [file, half] = [joinParts(await exportOnnx({ net: long.model, read, metadata: {} })), joinParts(await exportOnnx({ net: long.model, read, metadata: {}, dtype: 'f16' }))];

    const { input, output } = fromBinary(ModelProtoSchema, file).graph!;
    const rows = ['batch_size', 'sequence_length'];
    expect(portsOf(input)).toEqual({ input_ids: rows, attention_mask: rows, ...(more.type_vocab_size === 2 && { token_type_ids: rows }) });
    expect(portsOf(output)).toEqual({ logits: [...(head === 'tags of tokens' ? rows : [rows[0]]), BigInt(defined(heads[head]).labels.length)] });

    for (const [tokens, count] of [[12, 4], [7, 1], [16, 3]] as const) {
      const net = formOf(model, defined(heads[head]), tokens);
      const asked = probeTexts(net);
      // The last row is padded most.
      const texts = Object.fromEntries(Object.entries(asked.texts).map(([name, data]) => [name, data.subarray((4 - count) * tokens)]));
      const probe = { texts, shape: [count, tokens] as [number, number], byTokens: head === 'tags of tokens' };
      expect(texts.attention_mask!.at(-1)).toBe(0);
      const logits = await logitsOf(device, { adapted: new Adapted(net, method), source: model.source, values, batch: { rows: count, inputs: texts } });
      for (const [bytes, tolerance] of [[file, 1e-4], [half, 1e-2]] as const) {
        const verdict = await verifyOnnx(bytes, { ...probe, logits }, { tolerance });
        expect(verdict, verdict.text).toMatchObject({ ok: true, top1: 1, images: probe.byTokens ? texts.attention_mask!.filter(Boolean).length : count });
        expect(verdict.text).toMatch(probe.byTokens ? / tokens\.$/ : / texts\.$/);
      }
      // What the mask hides changes nothing, and what it does not hide does.
      const changed = (at: number) => runOnnx(file, { ...probe, texts: { ...texts, input_ids: texts.input_ids!.map((id, i) => (i === texts.input_ids!.length - at ? 9 : id)) } });
      if (probe.byTokens) continue;
      expect(maxError(await changed(1), await runOnnx(file, probe))).toBeLessThan(1e-6);
      expect(maxError(await changed(tokens - 1), await runOnnx(file, probe))).toBeGreaterThan(1e-4);
    }
  });
});

describeGolden('the file of a checkpoint as it is gives the logits of transformers', 'text/models/bert_dev/io.safetensors', () => {
  test.each(['bert_dev', 'roberta_reg_dev', 'roberta_dev'].filter((name) => goldenPath(`text/models/${name}/io.safetensors`)))('%s', async (name) => {
    const { net, source } = await openGoldenText(name);
    const io = await golden(`text/models/${name}/io.safetensors`);
    const { model, lead, inputs: { labels: _, ...texts } } = await readTextBatch(io, textModel(net));
    const file = joinParts(await exportOnnx({ net: model, read: (weight) => source.readF32Checked(weight), metadata: {} }));
    const probe = { texts: texts as Record<string, Uint32Array>, shape: [defined(lead[0]), model.language.tokens] as [number, number], logits: await io.readF32('logits'), byTokens: false };
    const verdict = await verifyOnnx(file, probe, { tolerance: 1e-4 });
    expect(verdict, verdict.text).toMatchObject({ ok: true, images: lead[0] });
    expect(verdict.max_abs).toBeLessThan(5e-5);
  });
});

/** Models that go on with texts, and that classify them by their last token: heads that share keys and values, windows, fused layers, tied tables. */
describe('a decoder is written as it is recorded', () => {
  const forms: Record<string, { labels?: string[] } & Partial<LanguageForm>> = { 'goes on': { reads: 'next' }, 'classifies': { reads: 'text', labels: heads.classes!.labels } };
  test.each(Object.keys(decoderConfigs).flatMap((family) => Object.keys(forms).map((form) => ({ family, form }))))('$family $form', async ({ family, form }) => {
    const model = await tinyDecoder(family);
    const at = (tokens: number) => textModel(model.net.with({ ...defined(forms[form]), tokens }));
    const adapted = new Adapted(at(9), lora);
    const random = randomNormal(9);
    const values = { ...(await adapted.initialise(1, (name) => model.source.readF32Checked(name))), ...(form === 'classifies' && adapted.newHead(0)) };
    for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
    const merged = await mergedWeights(device, model.source, { adapted, values });
    const read = async (name: string) => merged.get(name) ?? values[name] ?? model.source.readF32Checked(name);
    const [file, half] = [joinParts(await exportOnnx({ net: adapted.model, read, metadata: {} })), joinParts(await exportOnnx({ net: adapted.model, read, metadata: {}, dtype: 'f16' }))];
    // Longer rows than it was recorded for, and a padded row alone.
    for (const [tokens, count] of [[13, 4], [6, 1]] as const) {
      const net = at(tokens);
      const asked = probeTexts(net);
      const texts = Object.fromEntries(Object.entries(asked.texts).map(([name, data]) => [name, data.subarray((4 - count) * tokens)]));
      const batch = { rows: count, inputs: texts };
      const one = new Adapted(net, lora);
      const next = form === 'goes on';
      const logits = next ? (await oneStep(device, { adapted: one, source: model.source, values, batch: { ...batch, inputs: { ...texts, labels: texts.input_ids! } } })).logits : await logitsOf(device, { adapted: one, source: model.source, values, batch });
      const probe = { texts, shape: [count, tokens] as [number, number], byTokens: next, logits };
      for (const [bytes, tolerance] of [[file, 1e-4], [half, 2e-2]] as const) {
        const verdict = await verifyOnnx(bytes, probe, { tolerance });
        expect(verdict.max_rel, verdict.text).toBeLessThan(tolerance);
        if (bytes === file) expect(verdict, verdict.text).toMatchObject({ ok: true, top1: 1, images: next ? texts.attention_mask!.filter(Boolean).length : count });
      }
    }
  });

  describeGolden('and gives the logits of transformers', 'text/models/llama_dev/io.safetensors', () => {
    test.each(['gpt2_dev', 'qwen2_dev', 'phi3_dev', 'llama_dev'])('%s', async (name) => {
      const { net, source } = await openGoldenText(name);
      const io = await golden(`text/models/${name}/io.safetensors`);
      const { model, lead, inputs: { labels: _, ...texts } } = await readTextBatch(io, textModel(net));
      const file = joinParts(await exportOnnx({ net: model, read: (weight) => source.readF32Checked(weight), metadata: {} }));
      const probe = { texts: texts as Record<string, Uint32Array>, shape: [defined(lead[0]), model.language.tokens] as [number, number], logits: await io.readF32('logits'), byTokens: true };
      const verdict = await verifyOnnx(file, probe, { tolerance: 1e-4 });
      expect(verdict, verdict.text).toMatchObject({ ok: true, top1: 1 });
      expect(verdict.max_abs).toBeLessThan(5e-5);
    });
  });
});
