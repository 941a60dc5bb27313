import { defined } from '../../../numbers/defined';
import type { MethodConfig } from '../../field';
import { num, numOr } from '../../method';
import type { PromptFolder } from '../../prompts/folder';

/** Names of the prompts of the first block, and of a later one. */
export const SHALLOW = 'prompt_embeddings';
const DEEP = 'deep_prompt_embeddings';
export const deepName = (block: number): string => `${DEEP}.${block}`;

/** Blocks with prompts of their own, of so many. */
export const depthOf = (c: MethodConfig, blocks: number): number => Math.min(numOr(c, 'prompt_depth', blocks), blocks);

/** The names that CLIP's prompts have in the programs that came after: one tensor a block. */
const TOWER_SHALLOW = 'image_encoder.VPT';
const towerName = (deep: string): string => `image_encoder.transformer.resblocks.${deep.slice(DEEP.length + 1)}.VPT_shallow`;
const towerDeep = /^image_encoder\.transformer\.resblocks\.(\d+)\.VPT_shallow$/;

/** `prompt_embeddings` (1, n, D) and, deep, `deep_prompt_embeddings` (depth - 1, n, D); of a model with a text tower by CLIP's names, which are read of any. */
export const vptFolder: PromptFolder = {
  read(shapes, { image: { length: blocks } }) {
    const settings = (n: number, depth: number) => ({ method: 'vpt', n_ctx: n, prompt_depth: depth === blocks ? null : depth });
    const shallow = shapes.get(SHALLOW);
    if (shallow) return settings(shallow.at(-2)!, 1 + (shapes.get(DEEP)?.[0] ?? 0));
    const tower = shapes.get(TOWER_SHALLOW);
    // With prompts of texts it is another method.
    if (!tower || [...shapes.keys()].some((name) => name.startsWith('prompt_learner.'))) return null;
    return settings(defined(tower[0]), 1 + [...shapes.keys()].filter((name) => towerDeep.test(name)).length);
  },
  write: (c, { image: { length: blocks } }) => ({ n_ctx: num(c, 'n_ctx'), deep: depthOf(c, blocks) > 1, prompt_depth: depthOf(c, blocks) }),
  tensors(_, trained, value, { text }) {
    if (text) return new Map(Object.entries(trained).map(([name, { shape }]) => [name === SHALLOW ? TOWER_SHALLOW : towerName(name), { shape, data: value(name) }]));
    const [n, width] = defined(trained[SHALLOW]).shape as [number, number];
    const deep = Object.keys(trained).length - 1;
    const tensors = new Map([[SHALLOW, { shape: [1, n, width], data: value(SHALLOW) }]]);
    if (deep === 0) return tensors;
    const data = new Float32Array(deep * n * width);
    for (let block = 1; block <= deep; block++) data.set(value(deepName(block)), (block - 1) * n * width);
    return tensors.set(DEEP, { shape: [deep, n, width], data });
  },
  values(file) {
    const shallow = file.get(SHALLOW) ?? file.get(TOWER_SHALLOW)!;
    const values: Record<string, Float32Array> = { [SHALLOW]: shallow };
    for (const [name, data] of file) {
      const block = towerDeep.exec(name)?.[1];
      if (block !== undefined) values[deepName(Number(block))] = data;
      if (name === DEEP) for (let at = 0; at * shallow.length < data.length; at++) values[deepName(at + 1)] = data.subarray(at * shallow.length, (at + 1) * shallow.length);
    }
    return values;
  },
};
