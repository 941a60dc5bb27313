import { imageFamilies, parseFamily } from '../models/images';
import type { Model } from '../models/model';

/** Model of a config.json, of any family of images; the package fetches the one that it is of (cli/setup/lean.mjs). Throws ModelError. */
export const modelOf = async (config: unknown): Promise<Model> => parseFamily(imageFamilies, config);
