import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { mergedWeights } from '../adapters/merge';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { sizeOf } from '../engine/tensor';
import { exportOnnx } from '../export/onnx/model';
import { verifyOnnx } from '../export/onnx/verify';
import { joinParts } from '../io/joinParts';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorSource } from '../io/safetensors';
import { parseModel } from '../models';
import { TEXT_HEAD, withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { logitsOf } from './logits';
import type { MethodConfig } from './protocol';

const sizes = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 4 };
const configs: Record<string, Record<string, unknown>> = {
  vit: { model_type: 'vit', ...sizes, num_labels: 5 },
  'deit without biases, gelu_new': { model_type: 'deit', ...sizes, num_labels: 5, qkv_bias: false, hidden_act: 'gelu_new' },
  'deit, two heads': { model_type: 'deit', ...sizes, num_labels: 5, architectures: ['DeiTForImageClassificationWithTeacher'] },
  dinov2: { model_type: 'dinov2', ...sizes, mlp_ratio: 2, num_labels: 5 },
  'dinov2 with registers, SwiGLU': { model_type: 'dinov2_with_registers', ...sizes, mlp_ratio: 2, num_labels: 5, num_register_tokens: 3, use_swiglu_ffn: true },
  clip: { model_type: 'clip', projection_dim: 24, vision_config: sizes, num_labels: 5 },
};

/** A checkpoint with weights off every start, and its text features where it has a text head. */
async function tiny(net: Model): Promise<{ source: TensorSource; values: Arrays }> {
  const random = randomNormal(3);
  const draw = (name: string, shape: readonly number[]) => Float32Array.from({ length: sizeOf(shape) }, () => (/norm\d?.weight$/.test(name) ? 1 : 0) + 0.3 * random());
  const tensors = Object.fromEntries([...traceModel(net).weights].map(([name, shape]) => [name, { dtype: 'F32' as const, shape, data: draw(name, shape) }]));
  const values: Arrays = net.head === null ? { [TEXT_HEAD]: draw('', [net.num_labels, 24]) } : {};
  return { source: await openSafetensors(bytesAccess(writeSafetensors(tensors))), values };
}

const methods: MethodConfig[] = [{ method: 'linear_probe' }, { method: 'lora', r: 3 }, { method: 'randlora', r: 5 }];

describe('the exported ONNX gives the logits of the engine', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });
  const images = 3;

  const cases = Object.keys(configs).flatMap((name) => methods.map((method) => ({ name, method, size: 16 })));
  cases.push({ name: 'vit', method: defined(methods[1]), size: 24 }, { name: 'clip', method: defined(methods[2]), size: 8 });
  cases.push({ name: 'deit, two heads', method: defined(methods[1]), size: 24 }, { name: 'dinov2', method: defined(methods[1]), size: 8 }, { name: 'dinov2 with registers, SwiGLU', method: defined(methods[1]), size: 8 });
  cases.push(...methods.slice(1).map((method) => ({ name: 'clip with a text head', method, size: 16 })));
  test.each(cases)('$name, $method, $size pixels', async ({ name, method, size }) => {
    const text = name.endsWith('text head');
    const config = defined(configs[text ? 'clip' : name]);
    const parsed = parseModel(config).with({ image_size: size });
    const net = text ? withTextHead(parsed, 5) : parsed;
    const { source, values } = await tiny(net);
    const adapted = new Adapted(net, method);
    const random = randomNormal(8);
    const start = await adapted.initialise(1, (n) => source.readF32Checked(n));
    // RandLoRA multiplies by 20: smaller steps, so that logits stay near one and differences mean the same everywhere.
    const step = method.method === 'randlora' ? 0.02 : 0.1;
    for (const [label, data] of Object.entries(start)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + step * random()));
    Object.assign(values, start);
    const pixels = Float32Array.from({ length: images * 3 * size * size }, random);
    const logits = await logitsOf(device, { adapted, source, values, pixels });
    const merged = await mergedWeights(device, source, { adapted, values });
    const read = async (n: string) => merged.get(n) ?? values[n] ?? source.readF32Checked(n);
    for (const dtype of ['f32', 'f16', 'q8'] as const) {
      const parts = await exportOnnx({ net, read, metadata: {}, dtype });
      const probe = { pixel_values: pixels, shape: [images, 3, size, size] as [number, number, number, number], logits };
      const verdict = await verifyOnnx(joinParts(parts), probe, { tolerance: { f32: 1e-4, f16: 1e-2, q8: 0.15 }[dtype] });
      expect(verdict.text).toMatch(/^The exported file computes what the engine computes: .* on 3 of 3 images\.$/);
      expect(verdict.max_abs).toBeLessThan({ f32: 1e-4, f16: 2e-2, q8: 0.4 }[dtype]);
    }
  });
});
