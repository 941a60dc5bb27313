import { ConfigError } from '../fields';
import { fullMatch } from '../../io/pythonRegex';
import type { Model } from '../../models/model';
import type { Adapted } from '../adapted';

/**
 * The set of module names in transformers that a file goes by: those since version 4, or those that some families got
 * within version 5 (`Model.renamed`).
 */
export type Generation = 4 | 5;

/** Name of one of a model's linear layers in a generation. */
export const nameIn = (generation: Generation, { renamed, names }: Pick<Model, 'renamed' | 'names'>, name: string): string => (generation === 5 && renamed && names ? names.v5(name) : name);

/** The names that a version of transformers has (`4.45`; `5` is the newest of its kind). Throws ConfigError of what is no version. */
export function generationOf(version: string, { renamed }: Pick<Model, 'renamed'>): Generation {
  // Stryker disable next-line ArrayDeclaration: of a list of one nothing is left either
  const [major, minor] = (/^([45])(?:\.(\d{1,3})(?:\.\d+)?)?$/.exec(version) ?? []).slice(1);
  if (major === undefined) throw new ConfigError(`transformers is ${JSON.stringify(version.slice(0, 40))}; give a version such as 4.45 or 5.13.`);
  if (major === '4' || !renamed) return 4;
  const [, since] = renamed.split('.');
  return minor === undefined || Number(minor) >= Number(since) ? 5 : 4;
}

/** The versions of transformers that know a model's layers by the names of a generation, in words; null where all do. */
export const versionsOf = (generation: Generation, { renamed }: Pick<Model, 'renamed'>): string | null =>
  renamed ? (generation === 5 ? `transformers ${renamed} and newer` : `transformers before ${renamed}`) : null;

/**
 * `target_modules` for a generation: a regular expression that selects exactly the adapted layers in either generation,
 * where the same layers of every block are adapted; otherwise their names.
 */
export function targetsOf(adapted: Adapted, generation: Generation): string | string[] {
  const { layers, model, trace } = adapted;
  const names = layers.map((l) => l.name);
  const in5 = (name: string) => nameIn(5, model, name);
  const behindNumber = (name: string) => name.replace(/.*?\.\d+\./, '');
  const ends = [...new Set([...names, ...names.map(in5)].map(behindNumber))];
  const prefix = model.part ? `${model.part}\\..*` : '.*';
  const pattern = `${prefix}\\.\\d+\\.(${ends.map((end) => end.replaceAll('.', '\\.')).join('|')})`;
  const wanted = new Set(names);
  const isExact = () => {
    const selects = fullMatch(pattern);
    return trace.linears.every(({ name }) => [name, in5(name)].every((n) => selects(n) === wanted.has(name)));
  };
  return ends.length <= 20 && isExact() ? pattern : names.map((name) => nameIn(generation, model, name));
}
