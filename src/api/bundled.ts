import { bundledData } from '../data/builtin';
import { DataError } from '../data/source';
import type { FileTree } from '../io/fileTree';
import { bundledModels } from '../models/builtin';
import { ModelError } from '../models/model';
import { addresses } from './addresses';
import { platform } from './platform';

/** The files of a bundled model or data set; null of any other name. Throws ModelError or DataError of one that the package leaves out. */
export async function bundledTree(name: string, kind: 'model' | 'dataset'): Promise<FileTree | null> {
  const [model, set] = [bundledModels.find(({ id }) => id === name), bundledData.find(({ id }) => id === name)];
  if (!(kind === 'model' ? model : set)) return null;
  const files = addresses[name];
  if (files) return platform().tree(name, files());
  if (kind === 'model') throw new ModelError(`${name} comes with the page and not with the package.${model?.hub ? ` On the hub it is called ${model.hub}.` : ''}`);
  throw new DataError(`${name} comes with the page and not with the package. Give files of your own, or the id of a data set on the hub.`);
}
