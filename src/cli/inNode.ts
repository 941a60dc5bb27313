// The package in Node begins with this: its functions find there what a page has by itself. Nothing of it is loaded before it is used.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usePlatform } from '../api/platform';
import { decodeImage } from '../data/decode.node';
import { defined } from '../numbers/defined';
import { folderTree } from '../io/fileTree.node';
import { diskFiles } from '../io/hub/diskFiles.node';
import { Hub } from '../io/hub/hub';
import { gpuHere } from './dawn';

/** Keeps what comes from the hub in a folder ($FULLRANK_CACHE, or `~/.cache/fullrank`); `from_pretrained` takes it by itself. */
export const hub = /* @__PURE__ */ new Hub(() => diskFiles());

usePlatform({
  gpu: gpuHere,
  processor: async (isFused) => (await import('../wasm/here.node')).here(undefined, isFused),
  decode: decodeImage,
  hub: () => hub,
  tree: (_, files) => folderTree(dirname(fileURLToPath(defined(Object.values(files)[0])))),
  folder: async (path) => (existsSync(path) ? folderTree(path) : null),
});
