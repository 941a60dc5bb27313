import { readExtras } from '../adapters/adapterConfig';
import { methodFields } from '../adapters/fields';
import { openCheckpoint } from '../io/checkpoint';
import { adapterTree } from './files';

/** What a saved adapter brings: a classifier of its own, and layers of CLIP's text tower. */
export async function partsOf(folder: string): Promise<{ classifier: boolean; text: boolean }> {
  const tree = await adapterTree(folder);
  const source = await openCheckpoint(tree, tree.paths().includes('adapter_config.json') ? 'adapter_model' : 'model');
  const some = (pattern: RegExp) => source.names().some((name) => pattern.test(name));
  return { classifier: some(/(^|\.)(cls_)?classifier\./), text: some(/(^|\.)(text_model|text_projection)\./) };
}

/** The method of a saved adapter whose model reads the names of classes, and those that it was trained on; null of any other. */
export async function namesReadBy(folder: string): Promise<{ method: string; classes: string[] } | null> {
  const { method = '', labels = [] } = (await readExtras(await adapterTree(folder))) ?? {};
  return methodFields[method]?.texts ? { method, classes: labels } : null;
}
