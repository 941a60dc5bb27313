import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../io/formatError';
import { joinParts } from '../../io/joinParts';
import { checkOnnxSize, encodeOnnx } from '../../io/onnx/encode';
import { OnnxGraph } from '../../io/onnx/graph';
import { ModelProtoSchema, TensorProto_DataType as DataType } from '../../io/onnx/onnx_pb';
import { parseModel } from '../../models';
import { defined } from '../../numbers/defined';
import type { OnnxDtype } from '../../io/onnx/dtype';
import { exportOnnx, onnxGraph } from './model';
import { compareLogits, runOnnx, verifyOnnx } from './verify';

const net = parseModel({ model_type: 'vit', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4, num_labels: 3 });
const sizeOf = new Map([...onnxGraph(net).graph.stored].map(([name, t]) => [name, t.shape.reduce((a, b) => a * b, 1)]));
const read = async (name: string) => Float32Array.from({ length: sizeOf.get(name)! }, (_, i) => Math.sin(i + name.length));
const file = async (dtype?: OnnxDtype) => joinParts(await exportOnnx({ net, read, metadata: { a: 'b', c: 'd' }, dtype }));
const probe = { pixel_values: new Float32Array(2 * 192).fill(0.1), shape: [2, 3, 8, 8] as [number, number, number, number] };

describe('the file', () => {
  test('is a ModelProto: opset, ports with a free batch, weights by their Hugging Face names and in their layout', async () => {
    const model = fromBinary(ModelProtoSchema, await file());
    expect(model).toMatchObject({ irVersion: 8n, producerName: 'fullrank', opsetImport: [{ domain: '', version: 17n }], metadataProps: [{ key: 'a', value: 'b' }, { key: 'c', value: 'd' }] });
    const dims = (p: NonNullable<typeof model.graph>['input'][number]) => (p.type!.value.value as { shape: { dim: { value: { value: unknown } }[] } }).shape.dim.map((d) => d.value.value);
    expect([model.graph!.input.map((p) => p.name), dims(defined(model.graph!.input[0]))]).toEqual([['pixel_values'], ['batch_size', 3n, 8n, 8n]]);
    expect([model.graph!.output.map((p) => p.name), dims(defined(model.graph!.output[0]))]).toEqual([['logits'], ['batch_size', 3n]]);
    const fc1 = model.graph!.initializer.find((t) => t.name === 'vit.encoder.layer.0.intermediate.dense.weight')!;
    expect(fc1).toMatchObject({ dims: [12n, 8n], dataType: DataType.FLOAT });
    expect(new Float32Array(fc1.rawData.slice().buffer)).toEqual(await read(fc1.name));
    // Each input of a node is stored, a port, or made by a node before it.
    const made = new Set(['pixel_values', ...model.graph!.initializer.map((t) => t.name)]);
    for (const node of model.graph!.node) {
      for (const input of node.input) expect(made, `${node.name} takes ${input}`).toContain(input);
      for (const output of node.output) expect(made.has(output), output).toBe(false);
      node.output.forEach((o) => made.add(o));
    }
  });

  test('any batch size runs; f16 halves the matrices', async () => {
    const [one, two] = [await runOnnx(await file(), { pixel_values: probe.pixel_values.subarray(192), shape: [1, 3, 8, 8] }), await runOnnx(await file(), probe)];
    expect(two.slice(0, 3)).toEqual(one);
    expect(fromBinary(ModelProtoSchema, await file('f16')).graph!.initializer.find((t) => t.name === 'classifier.weight')).toMatchObject({ dataType: DataType.FLOAT16 });
    expect((await verifyOnnx(await file('f16'), { ...probe, logits: two }, { tolerance: 1e-2 })).ok).toBe(true);
  });

  test('a model beyond 2 GiB is refused before anything is read, and told what to do', () => {
    const huge = { model_type: 'vit', hidden_size: 2048, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 8192 };
    expect(() => checkOnnxSize(onnxGraph(parseModel(huge)).graph)).toThrow(/less than 2 GiB, and this model has 4\.\d\d GiB of weights; store its weights as f16/);
    expect(() => checkOnnxSize(onnxGraph(parseModel(huge), 'f16').graph)).toThrow(/merge it as safetensors instead/);
  });

  test('a weight of another size is refused', async () => {
    await expect(exportOnnx({ net, read: async () => new Float32Array(5), metadata: {} })).rejects.toThrow(/has 5 values for \[/);
  });

  test('names and metadata of any text come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), async (name, metadata) => {
        const graph = new OnnxGraph();
        graph.op('Identity', [graph.weight(name, [2])], {}, 'out');
        const bytes = joinParts(await encodeOnnx({ graph, name, inputs: [], outputs: [], metadata }, async () => Float32Array.of(1, 2)));
        const model = fromBinary(ModelProtoSchema, bytes);
        expect(defined(model.graph!.initializer[0]).name).toBe(name);
        expect(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))).toEqual(metadata);
      }),
    );
  });
});

describe('the verdict', () => {
  const shape: [number, number, number, number] = [2, 3, 8, 8];
  const logits = Float32Array.of(1, 2, 3, 5, 4, -5);

  test('same, rounded, different, tied, broken', () => {
    expect(compareLogits({ logits, shape }, logits)).toMatchObject({ ok: true, images: 2, max_abs: 0, max_rel: 0, top1: 1 });
    expect(compareLogits({ logits, shape }, logits.map((v) => v + 1e-3))).toMatchObject({ ok: true, top1: 1 });
    const swapped = compareLogits({ logits, shape }, Float32Array.of(3, 2, 1, 5, 4, -5));
    expect(swapped).toMatchObject({ ok: false, max_abs: 2, top1: 0.5 });
    expect(swapped.max_rel).toBeCloseTo(0.4);
    expect(swapped.text).toMatch(/does not compute .* 1 of 2 images; at most 0\.001 is rounding\. Do not use it/);
    expect(compareLogits({ logits: Float32Array.of(1, 1.0001), shape: [1, 3, 8, 8] }, Float32Array.of(1.0001, 1))).toMatchObject({ ok: true, top1: 1 });
    expect(compareLogits({ logits, shape }, logits.map((v, i) => (i === 1 ? NaN : v)))).toMatchObject({ ok: false, max_abs: Infinity });
    expect(compareLogits({ logits, shape }, new Float32Array(4))).toMatchObject({ ok: false, top1: 0 });
  });

  test('a file with one weight changed is found out', async () => {
    const good = await runOnnx(await file(), probe);
    const wrong = joinParts(await exportOnnx({ net, metadata: {}, read: async (n) => (await read(n)).map((v, i) => (i === 0 && n === 'classifier.weight' ? v + 0.1 : v)) }));
    expect((await verifyOnnx(await file(), { ...probe, logits: good })).ok).toBe(true);
    expect((await verifyOnnx(wrong, { ...probe, logits: good })).ok).toBe(false);
  });

  test('files that are not ONNX, or damaged, give a FormatError or logits, never a crash', async () => {
    const good = await file();
    await expect(runOnnx(new Uint8Array(), probe)).rejects.toThrow(FormatError);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, flip, cut) => {
        const bytes = cut ? good.slice(0, at) : good.map((b, i) => (i === at ? b ^ flip : b));
        try {
          expect(await runOnnx(bytes, probe)).toBeInstanceOf(Float32Array);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 60 },
    );
  });
});
