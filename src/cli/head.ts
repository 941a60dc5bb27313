import { readExtras } from '../adapters/files/config';
import { methodFields } from '../adapters/fields';
import { openCheckpoint } from '../io/checkpoint';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import { adapterTree } from './files';

/** Parts of a two-tower model that a saved adapter brings: the model's classifier, and layers of its text tower. */
export async function partsOf(folder: string, net: Model): Promise<{ classifier: boolean; text: boolean }> {
  const tree = await adapterTree(folder);
  const source = await openCheckpoint(tree, tree.paths().includes('adapter_config.json') ? 'adapter_model' : 'model');
  // Files put words of their own around a layer's name.
  const names = source.names().map((name) => `.${name}`);
  const has = (layer: string) => names.some((name) => name.includes(`.${layer}.`));
  const texts = traceModel(net.whole?.() ?? net).linears.filter(({ tower }) => tower === 'text');
  return { classifier: net.head !== null && has(net.head), text: texts.some(({ name }) => has(name)) };
}

/** The method of a saved adapter whose model reads the names of classes, and those that it was trained on; null of any other. */
export async function namesReadBy(folder: string): Promise<{ method: string; classes: string[] } | null> {
  const { method = '', labels = [] } = (await readExtras(await adapterTree(folder))) ?? {};
  return methodFields[method]?.texts ? { method, classes: labels } : null;
}
