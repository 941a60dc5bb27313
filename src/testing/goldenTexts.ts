import { readFile } from 'node:fs/promises';
import { folderTree } from '../io/fileTree.node';
import { memoryTree } from '../io/fileTree';
import { openModel, type LoadedModel } from '../train/openModel';
import { goldenJson, goldenNames, goldenPath } from './golden';

/** The small language models of the reference. */

const bytesOf = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(goldenPath(path)!));

/** The files of a model's weights, by name. */
async function weightFiles(name: string): Promise<Record<string, Uint8Array>> {
  const paths = goldenNames(`text/models/${name}`).filter((path) => /^model.*(safetensors|json)$/.test(path));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await bytesOf(`text/models/${name}/${path}`)] as const)));
}

/** One of them, by one of its configs, or with other weights. */
export async function openGoldenText(name: string, config = 'config.json', weights?: string): Promise<LoadedModel> {
  if (config === 'config.json' && !weights) return openModel(await folderTree(goldenPath(`text/models/${name}`)!));
  const files = weights ? { 'model.safetensors': await bytesOf(`text/models/${name}/${weights}`) } : await weightFiles(name);
  return openModel(memoryTree(name, { ...files, 'config.json': await bytesOf(`text/models/${name}/${config}`) }));
}

/** One of its variants: the same weights, with other settings. */
export async function openGoldenVariant(name: string, variant: string): Promise<LoadedModel> {
  const config = { ...goldenJson<object>(`text/models/${name}/config.json`), ...goldenJson<Record<string, object>>(`text/models/${name}/variants.json`)[variant] };
  return openModel(memoryTree(variant, { ...(await weightFiles(name)), 'config.json': new TextEncoder().encode(JSON.stringify(config)) }));
}
