import { type Decode, folderSource } from './folder';
import { safetensorsPair } from './safetensorsPair';
import { DataError, type DataSource, type Dataset, type FileTree } from './source';

/** Every way to get a data set, the more specific first. `decode` is the host's image decoder. */
export function dataSources(decode: Decode): DataSource[] {
  return [
    safetensorsPair,
    folderSource(decode),
  ];
}

/** Opens a data set with the first source that accepts its files. Throws DataError listing what would be accepted. */
export async function openDataset(tree: FileTree, decode: Decode = noDecoder): Promise<Dataset> {
  const paths = tree.paths();
  const sources = dataSources(decode);
  const source = sources.find((s) => s.accepts(paths));
  if (source) return source.open(tree);
  const forms = sources.map((s) => s.help).join('; or ');
  throw new DataError(`${tree.name} (${paths.length} files) is no data set that can be read. Expected: ${forms}.`);
}

async function noDecoder(_: Uint8Array, name: string): Promise<never> {
  throw new DataError(`${name} cannot be decoded here: there is no image decoder outside the browser. Use a set of dataset.json and safetensors files.`);
}
