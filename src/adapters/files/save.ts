import { sizeOf } from '../../engine/tensor';
import { type TensorData, writeSafetensors } from '../../io/safetensors';
import { exactTypes, packing } from '../../io/stored';
import { type Adapted, adapterLabel, modelLabel } from '../adapted';
import { CONFIG_FILE, EXTRAS_FILE } from './config';
import { writeConfig, writeExtras } from './writeConfig';
import { type Generation, nameIn } from './generations';
import { type Arrays, type FixedTensor, inFile } from '../method';
import { savePrompts } from '../prompts/folder';
import { type BaseModel, PREFIX, type SavedFile, sorted, text, WEIGHTS } from './loaded';
import { savePart } from './part';
import { saveWeights } from './weights';

/**
 * The files of a trained adapter, to be put into one folder: PEFT's where PEFT computes the same; of methods that train weights
 * of the model, or the head alone, those that were trained, by their Hugging Face names. `generation` chooses whose names the
 * adapter's layers go by; left out, transformers 4's, with the targets as they were given.
 */
export async function saveAdapter(adapted: Adapted, values: Arrays, { base, generation }: { base: BaseModel; generation?: Generation }): Promise<SavedFile[]> {
  if (adapted.method.trains === 'part' && adapted.method.codecs) return savePart(adapted, values, base);
  if (adapted.method.trains !== 'adapter') return saveWeights(adapted, values, base);
  const folder = adapted.method.prompts?.folder;
  if (folder) return savePrompts(adapted, folder, values, base.id);
  const tensors = new Map<string, TensorData>();
  const put = (name: string, label: string, shape: readonly number[], data = values[label] ?? (shape.includes(0) ? new Float32Array() : undefined), dtype: FixedTensor['dtype'] | 'F32' = 'F32') => {
    if (data?.length !== sizeOf(shape)) throw new Error(`saveAdapter: ${label} has ${data?.length ?? 'no'} values for [${shape.join(', ')}]`);
    const stored = dtype === 'BF16' && !exactTypes(data).includes('bf16') ? 'F32' : dtype;
    tensors.set(name, { dtype: stored, shape, data: asStored[stored](data) });
  };
  for (const layer of adapted.layers) {
    for (const [suffix, { shape, dtype }] of Object.entries(inFile(adapted.method, adapted.configOf(layer), layer))) {
      put(adapterLabel(nameIn(generation ?? 4, adapted.model, layer.name), suffix), adapterLabel(layer.name, suffix), shape, undefined, dtype);
    }
  }
  for (const [name, { shape, data }] of Object.entries(adapted.shared)) put(modelLabel(name), modelLabel(name), shape, values[modelLabel(name)] ?? data?.());
  for (const [name, { shape }] of Object.entries(adapted.common)) put(modelLabel(name), modelLabel(name), shape);
  for (const name of adapted.trainedHead) put(PREFIX + name, name, adapted.trace.weights.get(name)!);
  return [
    { path: CONFIG_FILE, bytes: text(writeConfig(adapted, base.id, generation)) },
    { path: `${WEIGHTS}.safetensors`, bytes: writeSafetensors(sorted(tensors)) },
    { path: EXTRAS_FILE, bytes: text(writeExtras(adapted)) },
  ];
}

/** Values as a file has them. */
const asStored: Record<NonNullable<FixedTensor['dtype']> | 'F32', (data: Float32Array) => ArrayBufferView> = {
  F32: (data) => data,
  U8: (data) => Uint8Array.from(data),
  I16: (data) => Int16Array.from(data),
  I32: (data) => Int32Array.from(data),
  I64: (data) => BigInt64Array.from(data, BigInt),
  BF16: (data) => new Uint16Array(packing.bf16.pack(data).buffer, 0, data.length),
};
