import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { builtinData, type BuiltinData } from '../data/builtin';
import { openDataset, type Decode } from '../data/index';
import type { FileTree } from '../io/fileTree';

/** SHA-256 of the pixels of all pictures of each bundled set, by this decoder. */
export async function builtinPixels(filesOf: (set: BuiltinData) => FileTree | Promise<FileTree>, decode: Decode): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const set of builtinData) {
    const { train, test } = await openDataset(await filesOf(set), decode);
    const hash = sha256.create();
    for (const split of [train, test]) for (let i = 0; i < split.count; i++) hash.update((await split.image(i)).data);
    found[set.id] = bytesToHex(hash.digest());
  }
  return found;
}
