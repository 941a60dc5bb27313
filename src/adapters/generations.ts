import { v5Name } from '../io/hfNames';
import { fullMatch } from '../io/pythonRegex';
import type { VisionModel } from '../models/model';
import type { Adapted } from './adapted';

/** Major version of transformers whose module names a file goes by; see io/hfNames.ts. */
export type Generation = 4 | 5;

/**
 * Name of one of a model's linear layers in a generation. CLIPModel and CLIPForImageClassification kept their names:
 * only the bare CLIPVisionModel lost its wrapper, and no adapter of ours is for that.
 */
export const nameIn = (generation: Generation, { family }: Pick<VisionModel, 'family'>, name: string): string =>
  generation === 5 && family !== 'clip' ? v5Name(name) : name;

/**
 * `target_modules` for a generation: a regular expression that selects exactly the adapted layers in either generation,
 * where the same layers of every block are adapted; otherwise their names.
 */
export function targetsOf(adapted: Adapted, generation: Generation): string | string[] {
  const { layers, model, trace } = adapted;
  const names = layers.map((l) => l.name);
  const in5 = (name: string) => nameIn(5, model, name);
  const behindNumber = (name: string) => name.replace(/^.*?\.\d+\./, '');
  const ends = [...new Set([...names, ...names.map(in5)].map(behindNumber))];
  const prefix = model.family === 'clip' ? 'vision_model\\..*' : '.*';
  const pattern = `${prefix}\\.\\d+\\.(${ends.map((end) => end.replaceAll('.', '\\.')).join('|')})`;
  const selects = ends.length <= 20 ? fullMatch(pattern) : () => false;
  const wanted = new Set(names);
  const exact = trace.linears.every(({ name }) => [name, in5(name)].every((n) => selects(n) === wanted.has(name)));
  return exact ? pattern : names.map((name) => nameIn(generation, model, name));
}
