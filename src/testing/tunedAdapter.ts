import { Adapted, adapterLabel } from '../adapters/adapted';
import type { MethodConfig } from '../adapters/field';
import { saveAdapter, type BaseModel } from '../adapters/files';
import { memoryTree, type FileTree } from '../io/fileTree';
import { parseModel } from '../models';
import { golden, goldenJson } from './golden';

/** The small ViT of the goldens. */
export const SMALL_VIT = 'models/vit_small_dev';

export const smallVit = async (): Promise<BaseModel> => ({ id: 'base', config: goldenJson<Record<string, unknown>>(`${SMALL_VIT}/config.json`), source: await golden(`${SMALL_VIT}/model.safetensors`) });

/** The folder of an adapter of it that has moved from its start values, of any method. */
export async function tunedAdapter(config: MethodConfig, labels?: string[]): Promise<FileTree> {
  const base = await smallVit();
  const model = parseModel(base.config);
  const adapted = new Adapted(labels ? model.with({ labels }) : model, config);
  const weight = (name: string) => base.source.readF32(name);
  const start = { ...(await adapted.initialise(1, weight)), ...(adapted.trainedHead.size ? adapted.newHead(2) : {}) };
  for (const name of adapted.trainedWeights) start[name] = await weight(name);
  const learned = new Set([...adapted.trainedWeights, ...adapted.trainedHead, ...adapted.layers.flatMap((layer) => Object.keys(adapted.method.tensors(adapted.configOf(layer), layer)).map((suffix) => adapterLabel(layer.name, suffix)))]);
  const values = Object.fromEntries(Object.entries(start).map(([name, data], k) => [name, learned.has(name) ? data.map((v, i) => v + 0.02 * Math.sin(i * i + k)) : data]));
  return memoryTree('tuned', Object.fromEntries((await saveAdapter(adapted, values, { base })).map(({ path, bytes }) => [path, bytes])));
}
