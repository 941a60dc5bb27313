import { openCheckpoint } from '../io/checkpoint';
import { adapterTree } from './files';

/** True when a saved adapter brings a classifier of its own. */
export async function hasClassifier(folder: string): Promise<boolean> {
  const tree = await adapterTree(folder);
  const source = await openCheckpoint(tree, tree.paths().includes('adapter_config.json') ? 'adapter_model' : 'model');
  return source.names().some((name) => /(^|\.)classifier\./.test(name));
}
