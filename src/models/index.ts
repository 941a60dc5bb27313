import { written } from '../errors/text';
import { bert } from './bert/bert';
import { clip } from './clip/clip';
import { deit } from './deit/deit';
import { dinov2 } from './dinov2/dinov2';
import { gpt2 } from './gpt2/gpt2';
import { llama } from './llama/llama';
import { ModelError, type ModelFamily, type Model } from './model';
import { phi3 } from './phi3/phi3';
import { qwen2 } from './qwen2/qwen2';
import { roberta } from './roberta/roberta';
import { vit } from './vit/vit';

/** All families, one line each. */
export const families: ModelFamily[] = [vit, deit, dinov2, clip, roberta, bert, gpt2, llama, qwen2, phi3];

/** Reads a config.json. Throws a ModelError that lists what is supported. */
export function parseModel(config: unknown): Model {
  const type = typeof config === 'object' && config !== null ? (config as { model_type?: unknown }).model_type : undefined;
  const family = families.find((f) => typeof type === 'string' && f.model_types.includes(type));
  if (!family) {
    const refused = families.flatMap((f) => Object.entries(f.refused ?? {})).find(([name]) => name === type);
    if (refused) throw new ModelError(`config.json: ${refused[1]} (model_type ${refused[0]})`);
    const known = families.flatMap((f) => f.model_types).join(', ');
    throw new ModelError(
      type === undefined ? `config.json: model_type is missing; supported are ${known}` : `config.json: model_type ${written(type)}; supported are ${known}`,
    );
  }
  return family.parse(config);
}
