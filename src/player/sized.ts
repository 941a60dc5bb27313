import { parsePreprocess, type PreprocessConfig } from '../data/preprocess';
import type { Model } from '../models/model';

/** An image model at the input size that its preprocessing makes, which for DINOv2 (224) is not the size of its position embedding (518); `own` is null where its folder says nothing of it. */
export function atOwnSize(net: Model, own: PreprocessConfig | null): { net: Model; preprocess: PreprocessConfig } {
  const square = { height: net.image_size, width: net.image_size };
  // A folder that brings none: the whole image, resized to the model's input.
  if (!own) return { net, preprocess: parsePreprocess({ ...net.preprocessing, size: square }) };
  const made = own.crop ?? (own.resize && 'height' in own.resize ? own.resize : null);
  const other = made && made.height === made.width && made.height % net.patch_size === 0 && made.height !== net.image_size;
  return { net: other ? net.with({ image_size: made.height }) : net, preprocess: own };
}
