import type { Adapted } from '../../adapters/adapted';
import { writeConfig } from '../../adapters/files/writeConfig';
import type { PreprocessConfig } from '../../data/preprocess';
import { preprocessJson } from '../../data/preprocessWrite';
import { readoutOf } from '../../models/text';

/**
 * `metadata_props` of an exported file, so that it explains itself without the files beside it. Every value but `method`
 * and `base_model_name_or_path` is JSON.
 *
 * | key | value |
 * |---|---|
 * | id2label | labels by number, as in config.json |
 * | problem_type | of texts: what the logits are, as in config.json |
 * | max_length | of texts: tokens that they were cut to |
 * | image_processor_type, do_resize, size, resample, do_center_crop, crop_size, do_rescale, rescale_factor, do_normalize, image_mean, image_std | as in preprocessor_config.json |
 * | base_model_name_or_path | the model that was fine-tuned |
 * | method | full, linear_probe, lora, dora, vera, nola or randlora |
 * | adapter_config | adapter_config.json of the adapter that was merged; absent where none was |
 */
export function onnxMetadata(adapted: Adapted, base: string, preprocess: PreprocessConfig): Record<string, string> {
  const { model, config, method } = adapted;
  const { language } = model;
  const input = language ? { ...(!readoutOf(language).byTokens && { problem_type: language.problem }), max_length: language.tokens } : preprocessJson(preprocess);
  return {
    id2label: JSON.stringify(Object.fromEntries(model.labels.map((label, i) => [i, label]))),
    ...Object.fromEntries(Object.entries(input).map(([key, value]) => [key, JSON.stringify(value)])),
    base_model_name_or_path: base,
    method: config.method,
    ...(method.trains === 'adapter' ? { adapter_config: JSON.stringify(JSON.parse(writeConfig(adapted, base))) } : {}),
  };
}
