import type { BaseModel, SavedFile } from '../adapters/files';
import { memoryTree, type FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { adapterLabel, type Adapted } from '../adapters/adapted';
import { codecOf } from '../adapters/files/config';
import type { Arrays } from '../adapters/method';
import { golden, goldenJson } from './golden';
import { maxError } from './checkOp';

export { goldenBatch, GRAD } from './goldenStep';

/** The small ViT of the reference, to which its adapters belong. */
export const VIT = 'models/vit_small_dev';
export const loadVit = async (): Promise<BaseModel & { source: TensorSource }> => ({ id: 'vit_small_dev', config: goldenJson<Record<string, unknown>>(`${VIT}/config.json`), source: await golden(`${VIT}/model.safetensors`) });

/** Saved files as a folder. */
export const savedTree = (saved: SavedFile[]): FileTree => memoryTree('saved', new Map(saved.map((f) => [f.path, f.bytes])));

/** PEFT's other tuners, on that ViT. */
export const MORE = 'methods2/adapters/vit_small_dev';

/** Singular vectors that PEFT had where its folder leaves them out, and the signs of ours may be others. */
export async function vectorsOf(folder: string, adapted: Adapted): Promise<Arrays> {
  const path = `${folder}/frozen.safetensors`;
  if (codecOf(adapted.config).remade === undefined) return {};
  const frozen = await golden(path);
  const all = adapted.layers.flatMap((layer) => Object.keys(adapted.fixedOf(layer)).map((suffix) => ({ layer: layer.name, suffix })));
  return Object.fromEntries(await Promise.all(all.map(async ({ layer, suffix }) => [adapterLabel(layer, suffix), await frozen.readF32(`${layer}.${suffix.slice(-1)}`)] as const)));
}

/** Our name of a gradient of the reference, in which a wrapper stands before what a method trains of the model itself. */
export const gradLabel = (n: string, adapted: Adapted): string =>
  adapted.method.trains === 'part' ? n.replace(/^grad\.base_model\.model\./, '').replace('.ln_tuning_layers.', '.') : n.slice(5).replace(/^base_model\.model\.(?=classifier)/, '');

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Largest relative error of each gradient of the reference. The softmax takes no notice of a key's bias: that gradient is rounding, and is held beside the others'. */
export async function gradErrors(want: TensorSource, got: (name: string) => Float32Array | Promise<Float32Array>): Promise<{ name: string; error: number }[]> {
  // Of a layer that has no rank left there is nothing to learn.
  const names = want.names().filter((n) => n.startsWith('grad.') && !want.info(n).shape.includes(0));
  const grads = await Promise.all(names.map(async (name) => ({ name, want: await want.readF32(name) })));
  const floor = 4e-3 * Math.max(...grads.map((grad) => largest(grad.want)));
  return Promise.all(grads.map(async (grad) => ({ name: grad.name, error: maxError(await got(grad.name), grad.want) * Math.min(1, largest(grad.want) / floor) })));
}
