import type { BaseModel, SavedFile } from '../adapters/files';
import { memoryTree, type FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { golden, goldenJson } from './golden';

/** The small ViT of the reference, to which its adapters belong. */
export const VIT = 'models/vit_small_dev';
export const loadVit = async (): Promise<BaseModel & { source: TensorSource }> => ({ id: 'vit_small_dev', config: goldenJson<Record<string, unknown>>(`${VIT}/config.json`), source: await golden(`${VIT}/model.safetensors`) });

/** The batch that the reference's numbers are of. */
export const goldenBatch = async (io: TensorSource) => ({ pixels: await io.readF32('pixel_values'), labels: Uint32Array.from(await io.readF32('labels')) });

/** Saved files as a folder. */
export const savedTree = (saved: SavedFile[]): FileTree => memoryTree('saved', new Map(saved.map((f) => [f.path, f.bytes])));

/** Gradients are sums over a batch of images and tokens: a few f32 roundings of the largest value of each tensor. */
export const GRAD = 2e-5;
