import type { Dataset, RgbImage } from '../data/source';

/** The decoder of images is the browser's, and no part of parsers. */
export const decode = async (bytes: Uint8Array): Promise<RgbImage> => ({ width: 1, height: 1, data: Uint8Array.of(bytes[0] ?? 0, 0, 0) });

/** As a training would: names, labels, and every image or text. */
export async function walk({ train, val, test }: Dataset): Promise<void> {
  for (const split of [train, val, test]) {
    for (let i = 0; i < (split?.count ?? 0); i++) {
      split!.name?.(i);
      if (split!.text) split!.text(i);
      else await split!.image(i);
    }
  }
}

