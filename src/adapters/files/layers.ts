import { quote } from '../../errors/text';
import { FormatError } from '../../io/formatError';
import { targets } from '../../io/targets';
import { type Model, ModelError } from '../../models/model';
import { traceModel } from '../../models/trace';
import { defined } from '../../numbers/defined';
import { CLASSIFIERS } from '../adapted';
import { CONFIG_FILE, type ReadConfig } from './config';
import type { MethodConfig } from '../field';
import type { Layer } from '../method';
import { WEIGHTS } from './loaded';

/**
 * The config with targets that select exactly the layers of the file, and the file's layers that the model does not run.
 * Patterns may be written for transformers 4 or 5, and for the bare backbone.
 */
export function pickLayers(read: ReadConfig, model: Model, inFile: string[]): { config: MethodConfig; foreign: Layer[] } {
  const { linears } = traceModel(model);
  const known = new Set(linears.filter((l) => l.adaptable).map((l) => l.name));
  const here = inFile.filter((name) => known.has(name));
  const elsewhere = inFile.filter((name) => !known.has(name));
  const whole = new Map(elsewhere.length && model.whole ? traceModel(model.whole()).linears.filter((l) => l.adaptable).map((l) => [l.name, l]) : []);
  const unknown = elsewhere.find((name) => !whole.has(name));
  if (unknown !== undefined) throw whyUnknown(unknown, model, linears.some(({ name }) => name === unknown));
  if (here.length === 0) throw new ModelError(`the adapter changes ${quote(elsewhere[0] ?? '')} and other layers of a part of the ${model.family} model that does not run here.`);
  const foreign = elsewhere.map((name) => whole.get(name)!);
  const { config, layers_pattern } = read;
  const same = (a: string[] | null) => a !== null && a.length === here.length && a.every((name) => here.includes(name));
  const [asWritten = null, ...others] = spelledTargets(read, model);
  if (same(asWritten) && !layers_pattern?.length) return { config, foreign };
  if (!same(asWritten) && !others.some(same)) {
    const missing = asWritten?.find((name) => !here.includes(name));
    const extra = here.find((name) => !asWritten?.includes(name));
    throw new FormatError(
      missing !== undefined
        ? `target_modules of ${CONFIG_FILE} selects ${quote(missing)}, which ${WEIGHTS} does not hold; the adapter is incomplete, or for another base model.`
        : `target_modules of ${CONFIG_FILE} does not select ${quote(extra ?? '')}, which ${WEIGHTS} holds; the adapter is incomplete, or for another base model.`,
    );
  }
  return { config: { ...config, target_modules: here, exclude_modules: null, layers_to_transform: null }, foreign };
}

/** The layers that the targets select, in the first of the spellings that selects any. */
export function targeted(read: ReadConfig, model: Model): string[] {
  const names = spelledTargets(read, model).find((one) => one !== null);
  if (!names) throw new FormatError(`target_modules of ${CONFIG_FILE} selects no layer of this ${model.family} model; is it the right base model?`);
  return names;
}

/** Layers that the targets select, by our names: matched against our names, and against those of transformers 5 and of the bare backbone. Null where they select none. */
function spelledTargets({ config, layers_pattern }: ReadConfig, model: Model): (string[] | null)[] {
  const { linears } = traceModel(model);
  const rules = {
    target_modules: config.target_modules as string | string[],
    exclude_modules: config.exclude_modules as string | string[] | null,
    layers_to_transform: config.layers_to_transform as number[] | null,
    layers_pattern,
    modules_to_save: config.modules_to_save as string[] | null | undefined,
    head: linears.map(({ name }) => name).filter((name) => name === model.head),
  };
  const bare = (name: string) => (model.base_model_prefix && name.startsWith(`${model.base_model_prefix}.`) ? name.slice(model.base_model_prefix.length + 1) : name);
  const v5 = (name: string) => model.names?.v5(name) ?? name;
  return [(name: string) => name, v5, bare, (name: string) => bare(v5(name))].map((rename) => {
    const modules = linears.map((l) => {
      const linear = l.adaptable || l.name === model.head;
      // Stryker disable next-line StringLiteral: nobody reads here what else it is
      return { name: rename(l.name), kind: linear ? 'linear' : 'a convolution' };
    });
    const original = new Map(modules.map(({ name }, i) => [name, defined(linears[i]).name]));
    try {
      return targets(modules, rules).map((name) => original.get(name)!);
    } catch (error) {
      // Stryker disable next-line ConditionalExpression: nothing else is thrown there
      if (error instanceof FormatError) return null;
      throw error;
    }
  });
}

/** Error for an adapter of a layer that cannot be adapted here. `runs`: the model has the layer, which is its head or a convolution. */
function whyUnknown(name: string, { head, family, names, idle }: Model, runs: boolean): Error {
  const merge = 'Merge the adapter into its model with PEFT and load the result.';
  if (names?.halves?.parts.some((part) => name.endsWith(`.${part}`))) return new FormatError(`The adapter changes ${quote(name)}, one half of ${names.halves.of} as transformers 5 has it; here both halves are one layer, ${names.halves.whole}, as in transformers 4. ${merge}`);
  if (name === head || (head === null && CLASSIFIERS.includes(name))) return new FormatError(`The adapter changes the classifier ${quote(name)} by an update of its own (PEFT's all-linear includes it); here a classifier is trained whole, as modules_to_save. ${merge}`);
  if (runs) return new FormatError(`The adapter changes ${quote(name)}, the convolution that makes patches into tokens; only linear layers can be adapted here. ${merge}`);
  if (idle?.includes(name)) return new FormatError(`The adapter changes the pooler ${quote(name)}, which does not run before a classifier. Leave it out of target_modules, or merge the adapter into its model with PEFT and load the result.`);
  return new ModelError(`the adapter is for a layer ${quote(name)}, which this ${family} model does not have; is it the right base model?`);
}
