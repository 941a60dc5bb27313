import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import type { RgbImage } from '../data/source';
import { positionsOf, textFields, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import type { TextProbe } from './onnx/verify';

const COUNT = 4;

/** Images made by a formula, for checks where no others are at hand: waves of different colours and lengths. */
export function probeImages(size = 96): RgbImage[] {
  return Array.from({ length: COUNT }, (_, k) => {
    const data = new Uint8Array(size * size * 3);
    for (let i = 0; i < data.length; i++) {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % size, Math.floor(i / (3 * size))];
      data[i] = Math.round(127.5 + 120 * Math.sin((0.9 + 0.55 * k) * ((x * (c + 1)) / 17 + (y * (3 - c)) / 23) + 2 * k));
    }
    return { width: size, height: size, data };
  });
}

/** Images as a model of this input size takes them: pixel_values (B, 3, size, size). */
export function probePixels(config: PreprocessConfig, size: number, images: RgbImage[] = probeImages()): { pixel_values: Float32Array; shape: [number, number, number, number] } {
  const sized = withSize(config, size);
  const pixel_values = new Float32Array(images.length * 3 * size * size);
  images.forEach((image, i) => pixel_values.set(preprocess(image, sized), i * 3 * size * size));
  return { pixel_values, shape: [images.length, 3, size, size] };
}

/** Rows for the inputs of a model of texts, as a probe has them, which are filled by whoever has texts. */
export const probeRows = (model: TextModel, rows: number): Pick<TextProbe, 'texts' | 'shape'> => ({
  texts: Object.fromEntries(Object.keys(textFields(model, rows)).map((name) => [name, new Uint32Array(rows * model.language.tokens)])),
  shape: [rows, model.language.tokens],
});

/** Tokens made by a formula, for checks where no texts are at hand: rows of several lengths, where types are told apart of two parts. */
export function probeTexts(model: TextModel): Pick<TextProbe, 'texts' | 'shape'> {
  const { language } = model;
  const { tokens, vocab_size, type_vocab_size, pad_token_id } = language;
  // A config may leave that of its class, which a smaller vocabulary has not.
  const pad = pad_token_id !== null && pad_token_id < vocab_size ? pad_token_id : null;
  const probe = probeRows(model, COUNT);
  for (let b = 0; b < COUNT; b++) {
    const row = (name: string) => defined(probe.texts[name]).subarray(b * tokens, (b + 1) * tokens);
    const length = Math.max(1, Math.round((tokens * (COUNT - b)) / COUNT));
    const id = (t: number) => (5 + 31 * b + 17 * t * t) % vocab_size;
    row('input_ids').fill(pad ?? 0).set(Array.from({ length }, (_, t) => (id(t) === pad ? (id(t) + 1) % vocab_size : id(t))));
    row('attention_mask').fill(1, 0, length);
    row('position_ids').set(positionsOf(language, row('input_ids')));
    if (type_vocab_size > 1) row('token_type_ids').fill(1, length >> 1, length);
  }
  return probe;
}
