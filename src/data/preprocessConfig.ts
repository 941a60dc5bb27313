import * as z from 'zod/mini';
import { cut } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import type { Resample } from './resize';
import { DataError } from './source';

export interface Size {
  height: number;
  width: number;
}

/** Preprocessing of an image for the model, as in `preprocessor_config.json` with every default filled in. */
export interface PreprocessConfig {
  /** null: no resizing. `shortest_edge` keeps the aspect. */
  resize: Size | { shortest_edge: number } | null;
  resample: Resample;
  /** Centre crop (zero padded where the image is smaller); null: none. */
  crop: Size | null;
  /** 1 when `do_rescale` is off. */
  rescale_factor: number;
  /** Mean and std of each channel; 0 and 1 when `do_normalize` is off. */
  mean: [number, number, number];
  std: [number, number, number];
}

const edge = z.int().check(z.minimum(1), z.maximum(4096));
const sizeField = z.union([edge, z.object({ shortest_edge: edge }), z.object({ height: edge, width: edge })]);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const flag = z.nullish(z.boolean());
const schema = z.looseObject({
  image_processor_type: z.nullish(z.string()),
  feature_extractor_type: z.nullish(z.string()),
  size: z.nullish(sizeField),
  crop_size: z.nullish(sizeField),
  resample: z.nullish(z.int()),
  rescale_factor: z.nullish(z.number()),
  image_mean: z.nullish(channels),
  image_std: z.nullish(channels),
  do_resize: flag,
  do_center_crop: flag,
  do_rescale: flag,
  do_normalize: flag,
});

const halves = [0.5, 0.5, 0.5] as [number, number, number];
const clipMean = [0.48145466, 0.4578275, 0.40821073] as [number, number, number];
const clipStd = [0.26862954, 0.26130258, 0.27577711] as [number, number, number];

/** Values of a processor class of transformers for keys that the file leaves out; `edge` gives the meaning of a size that is one number. */
interface Defaults {
  edge: (size: number) => Size | { shortest_edge: number };
  size: number;
  crop: boolean;
  resample: number;
  mean: z.output<typeof channels>;
  std: z.output<typeof channels>;
}

const square = (size: number): Size => ({ height: size, width: size });
const shortest = (shortest_edge: number) => ({ shortest_edge });

const clipDefaults: Defaults = { edge: shortest, size: 224, crop: true, resample: 3, mean: clipMean, std: clipStd };
/** One row a class, by its name up to `ImageProcessor` or `FeatureExtractor` (transformers 4.45, image_processing_*.py). */
const classDefaults: Record<string, Defaults> = {
  ViT: { edge: square, size: 224, crop: false, resample: 2, mean: halves, std: halves },
  DeiT: { edge: square, size: 256, crop: true, resample: 3, mean: halves, std: halves },
  CLIP: clipDefaults,
  Bit: clipDefaults,
};

/**
 * Reads the JSON of `preprocessor_config.json` (or v5's `processor_config.json`, whose part is `image_processor`), old
 * form and new. Throws DataError naming the field and the value that cannot be honoured, or what a class that is not
 * known here leaves open.
 */
export function parsePreprocess(json: unknown): PreprocessConfig {
  const nested = (json as { image_processor?: unknown } | null)?.image_processor;
  const result = schema.safeParse(nested ?? json);
  if (!result.success) {
    const issue = defined(result.error.issues[0]);
    throw new DataError(`The preprocessor config's "${issue.path.join('.')}" cannot be used: ${issue.message}.`);
  }
  const c = result.data;
  // A file without a type is an old ViT one unless it crops.
  const type = c.image_processor_type || c.feature_extractor_type || (c.do_center_crop ? 'CLIPImageProcessor' : 'ViTImageProcessor');
  const name = type.replace(/(ImageProcessor|FeatureExtractor)\w*$/, '');
  const defaults = Object.hasOwn(classDefaults, name) ? classDefaults[name] : undefined;
  /** Value in the file under this key, or that of its class. */
  const given = <T>(key: string, value: T | null | undefined, usual: T | undefined): T => {
    const found = value ?? usual;
    if (found === undefined) throw new DataError(`The preprocessor config is for ${cut(type)}, whose defaults are not known here, and does not say "${key}" in full; add that to the file.`);
    return found;
  };
  const resample = given('resample', c.resample, defaults?.resample);
  if (resample !== 2 && resample !== 3) throw new DataError(`The preprocessor config asks for resample ${resample}; 2 (bilinear) and 3 (bicubic) are supported.`);
  // Every class here does all three where the file does not say.
  const does = (key: 'do_resize' | 'do_rescale' | 'do_normalize') => given(key, c[key], defaults && true);
  const size = () => given('size', typeof c.size === 'number' ? defaults?.edge(c.size) : c.size, defaults?.edge(defaults.size));
  const normalize = does('do_normalize');
  return {
    resize: does('do_resize') ? size() : null,
    resample: resample === 2 ? 'bilinear' : 'bicubic',
    crop: given('do_center_crop', c.do_center_crop, defaults?.crop) ? cropSize(given('crop_size', c.crop_size, defaults && 224)) : null,
    rescale_factor: does('do_rescale') ? given('rescale_factor', c.rescale_factor, defaults && 1 / 255) : 1,
    mean: normalize ? given('image_mean', c.image_mean, defaults?.mean) : [0, 0, 0],
    std: normalize ? nonZero(given('image_std', c.image_std, defaults?.std)) : [1, 1, 1],
  };
}

function cropSize(size: z.output<typeof sizeField>): Size {
  if (typeof size === 'number') return square(size);
  return 'height' in size ? size : square(size.shortest_edge);
}

function nonZero(std: [number, number, number]): [number, number, number] {
  if (std.some((s) => !(s > 0))) throw new DataError(`The preprocessor config's "image_std" is [${std.join(', ')}]; all three must be above zero.`);
  return std;
}

/** Reads a model folder's preprocessing; null when it brings none. Throws DataError. */
export async function readPreprocess(tree: FileTree): Promise<PreprocessConfig | null> {
  const path = ['preprocessor_config.json', 'processor_config.json'].find((p) => tree.paths().includes(p));
  if (path === undefined) return null;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(await tree.read(path)));
  } catch {
    throw new DataError(`${path} is not valid JSON.`);
  }
  return parsePreprocess(json);
}
