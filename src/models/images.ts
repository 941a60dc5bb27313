import { written } from '../errors/text';
import { clip } from './clip/clip';
import { deit } from './deit/deit';
import { dinov2 } from './dinov2/dinov2';
import { ModelError, type ModelFamily, type Model } from './model';
import { vit } from './vit/vit';

/** Families that look at images: a page of one model has these alone. */
export const imageFamilies: ModelFamily[] = [vit, deit, dinov2, clip];

/** Reads a config.json of one of these families. Throws a ModelError that lists what is supported. */
export function parseFamily(families: readonly ModelFamily[], config: unknown): Model {
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
