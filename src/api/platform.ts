import type { Decode } from '../data';
import { decodeImage } from '../data/decode';
import { fetchTree, type FileTree } from '../io/fileTree';
import { Hub } from '../io/hub/hub';
import { memoryFiles } from '../io/hub/memoryFiles';
import { opfsFiles } from '../io/hub/opfsFiles';

/** Services that a page and Node have each in their own way. */
export interface Platform {
  /** WebGPU; undefined where there is none, or EngineError is thrown, which says why. */
  gpu(): Promise<GPU | undefined>;
  /** The processor behind WebGPU's names; with `isFused` quicker, and with last bits that depend on the machine. */
  processor(isFused: boolean): Promise<GPU>;
  decode: Decode;
  /** Store of what is fetched from the hub, where none is given. */
  hub(): Hub;
  /** Files by their addresses. */
  tree(name: string, files: Readonly<Record<string, URL>>): Promise<FileTree>;
  /** A folder or file of this machine by its path; null where there is none. */
  folder(path: string): Promise<FileTree | null>;
}

let ownHub: Hub | null = null;

const page: Platform = {
  gpu: async () => globalThis.navigator?.gpu,
  processor: async (isFused) => (await import('../wasm/shipped')).shipped(isFused),
  decode: decodeImage,
  hub: () => (ownHub ??= new Hub(async () => ('WorkerGlobalScope' in globalThis ? opfsFiles() : memoryFiles()))),
  tree: async (name, files) => fetchTree(name, files, Object.keys(files)),
  folder: async () => null,
};

let used: Platform = page;

/** The one that is used. */
export const platform = (): Platform => used;

/** Takes another one than a page's, from what is called next on. */
export function usePlatform(other: Platform): void {
  used = other;
}
