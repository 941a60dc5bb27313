import { fetchTree, type FileTree, type Progress } from '../io/fileTree';

/** A repository of the hub by its id. */
const HUB = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/** Folder of a model or of an adapter: given, at an address, or on the hub by its id; `may` are files that it need not have. */
export async function folderAt(from: string | FileTree, must: readonly string[], may: readonly string[], progress?: Progress): Promise<FileTree> {
  if (typeof from !== 'string') return from;
  const tree = fetchTree(from, HUB.test(from) ? `https://huggingface.co/${from}/resolve/main` : from, [...must, ...may], progress);
  const there = await Promise.all(may.map((path) => tree.read(path).then(() => path, () => null)));
  return { ...tree, paths: () => [...must, ...there.filter((path) => path !== null)] };
}
