import { writeSafetensors, type TensorToWrite } from '../src/io/safetensors';

export type Files = { name: string; mimeType: string; buffer: Buffer }[];
export const file = (name: string, bytes: Uint8Array | string, mimeType = 'application/octet-stream') => ({ name, mimeType, buffer: Buffer.from(bytes as string) });

/** A PEFT LoRA on query and value of vit-nano, as PEFT would save it, with a head of three classes. */
export function peftLora(change: object = {}): Files {
  const tensors: Record<string, TensorToWrite & { data: Float32Array }> = {};
  const put = (name: string, shape: number[], seed: number) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 0.05 * Math.sin(i * 12.9898 + seed));
    tensors[`base_model.model.${name}`] = { dtype: 'F32', shape, data, read: () => data };
  };
  for (let layer = 0; layer < 4; layer++) {
    for (const part of ['query', 'value']) {
      put(`vit.encoder.layer.${layer}.attention.attention.${part}.lora_A.weight`, [4, 128], layer);
      put(`vit.encoder.layer.${layer}.attention.attention.${part}.lora_B.weight`, [128, 4], layer + 7);
    }
  }
  put('classifier.weight', [3, 128], 3);
  put('classifier.bias', [3], 5);
  const config = { peft_type: 'LORA', r: 4, lora_alpha: 8, use_rslora: true, target_modules: ['query', 'value'], modules_to_save: ['classifier'], base_model_name_or_path: 'someone/<i>vit</i>', bias: 'none', ...change };
  return [
    file('adapter_config.json', JSON.stringify(config)),
    file('adapter_model.safetensors', writeSafetensors(tensors)),
    file('config.json', JSON.stringify({ id2label: { 0: 'red', 1: 'green', 2: '=blue' } })),
  ];
}
