import type { Needs, Model } from '../models/model';

/** Requirements on transformers for a model whose config.json names `own_size`; where a family says nothing, an image of another size takes an option. */
export function needsOf(model: Pick<Model, 'needs' | 'image_size'>, own_size: number): Needs {
  const resized = model.image_size !== own_size;
  return model.needs?.(resized) ?? { interpolate: resized, since: null };
}

/** That version in words; nothing where any will do. */
export const sinceText = ({ since }: Needs): string => (since ? `transformers ${since.version} or newer, ${since.why}` : '');
