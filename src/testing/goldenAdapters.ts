import type { BaseModel, SavedFile } from '../adapters/files';
import { memoryTree, type FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { golden, goldenJson } from './golden';

export { goldenBatch, GRAD } from './goldenStep';

/** The small ViT of the reference, to which its adapters belong. */
export const VIT = 'models/vit_small_dev';
export const loadVit = async (): Promise<BaseModel & { source: TensorSource }> => ({ id: 'vit_small_dev', config: goldenJson<Record<string, unknown>>(`${VIT}/config.json`), source: await golden(`${VIT}/model.safetensors`) });

/** Saved files as a folder. */
export const savedTree = (saved: SavedFile[]): FileTree => memoryTree('saved', new Map(saved.map((f) => [f.path, f.bytes])));
