import { openCheckpoint } from '../io/checkpoint';
import { folderTree } from '../io/fileTree.node';

/** True when a saved adapter brings a classifier of its own. */
export async function hasClassifier(folder: string): Promise<boolean> {
  const tree = await folderTree(folder);
  const source = await openCheckpoint(tree, tree.paths().includes('adapter_config.json') ? 'adapter_model' : 'model');
  return source.names().some((name) => /(^|\.)(cls_)?classifier\./.test(name));
}
