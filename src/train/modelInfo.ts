import { Adapted } from '../adapters/adapted';
import { builtinModels } from '../models/builtin';
import type { VisionModel } from '../models/model';
import type { ModelInfo } from './protocol';

/** What is told about a model before anything is loaded. */
export function modelInfo(id: string, vision: VisionModel): ModelInfo {
  const known = builtinModels.find((m) => m.id === id);
  const counts = new Adapted(vision, { method: 'full' }).counts();
  return {
    id,
    title: known?.title ?? id,
    family: vision.family,
    parameters: counts.adapter_parameters + counts.head_parameters,
    image_size: vision.image_size,
    labels: vision.num_labels,
    target_modules: vision.default_target_modules,
    note: known?.note ?? '',
    builtin: known !== undefined,
  };
}
