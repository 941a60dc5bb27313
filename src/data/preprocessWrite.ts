import type { PreprocessConfig } from './preprocessConfig';

/**
 * Fields of `preprocessor_config.json` that make transformers do what this config says; `parsePreprocess` reads them
 * back as they were. The type is a class of transformers that can do it: one resizes to a rectangle, one cuts out of that
 * besides, and one knows the shortest edge.
 */
export function preprocessJson(c: PreprocessConfig): Record<string, unknown> {
  const { resize, crop } = c;
  const type = resize && 'height' in resize ? (crop ? 'DeiTImageProcessor' : 'ViTImageProcessor') : 'CLIPImageProcessor';
  return {
    image_processor_type: type,
    do_resize: resize !== null,
    ...(resize ? { size: resize } : {}),
    resample: c.resample === 'bilinear' ? 2 : 3,
    do_center_crop: crop !== null,
    ...(crop ? { crop_size: crop } : {}),
    do_rescale: c.rescale_factor !== 1,
    rescale_factor: c.rescale_factor,
    do_normalize: true,
    image_mean: c.mean,
    image_std: c.std,
  };
}
