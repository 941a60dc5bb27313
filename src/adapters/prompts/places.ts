import type { Tensor } from '../../engine/tensor';
import { recorder } from '../../engine/record';
import type { Model } from '../../models/model';
import { defined } from '../../numbers/defined';
import { insertTokens } from '../../ops/insertTokens';
import { placeTokens } from '../../ops/placeTokens';
import { replaceTokens } from '../../ops/replaceTokens';

/** Places of a block's prompts `own` (n, C) in the sequences that enter it: behind others at the first, in their place later; a block without any leaves them as they are. */

/** Behind the patches of each image. */
export function behindPatches(x: Tensor, block: number, own: Tensor | null): Tensor {
  const T = defined(x.shape[1]);
  if (!own) return x;
  return block === 0 ? insertTokens(x, own, T) : replaceTokens(x, own, T - defined(own.shape[0]));
}

/** In the classes' texts where these have places for them, and later in the place of the tokens behind the first. */
export function inTexts(x: Tensor, block: number, own: Tensor | null, model: Model): Tensor {
  if (!own) return x;
  return block === 0 ? placeTokens(x, own, placesOf(model)) : replaceTokens(x, own, 1);
}

/** Index of the vector at each place of the classes' texts, (K, T). */
export function placesOf(model: Model): Tensor {
  const { ends, places } = model.textRows!;
  return recorder().constant('places of class texts', [ends.length, places.length / ends.length], places);
}
