import { readoutOf } from '../../models/text';
import type { Adapted } from '../adapted';
import type { Codec } from '../codec';
import type { MethodConfig } from '../field';
import { type Generation, nameIn, targetsOf } from './generations';
import { resolvePatterns } from '../patterns';
import { codecOf, type Extras } from './config';

/**
 * Text of `adapter_config.json`. `base` is the model's name or path. Targets are written as the person gave them, or for
 * a generation of transformers so that they select the layers by its names (and, where a pattern can, by the other's).
 */
export function writeConfig(adapted: Adapted, base: string, generation?: Generation): string {
  const { config: c } = adapted;
  const codec = codecOf(c);
  const { exclude_modules, layers_to_transform, ...targets } = portableTargets(adapted, codec.excludes, generation);
  return configText(codec, {
    ...codec.write(c, writtenPatterns(adapted, generation), adapted.layers.map((layer) => ({ ...layer, name: nameIn(generation ?? 4, adapted.model, layer.name), config: adapted.configOf(layer) }))),
    ...targets,
    ...(codec.excludes ? { exclude_modules } : {}),
    ...(codec.numbers === false ? {} : { layers_to_transform }),
    ...(codec.peft ? { ...taskOf(adapted), revision: null, peft_version: codec.since ? `${codec.since}.0` : null } : {}),
    ...(codec.peft && codec.numbers !== false ? { layers_pattern: null } : {}),
    modules_to_save: adapted.trainedHead.size ? [adapted.model.head!] : null,
    ...(adapted.model.transposed && Object.hasOwn(codec.rest, 'fan_in_fan_out') ? { fan_in_fan_out: true } : {}),
    base_model_name_or_path: base,
  });
}

/** Text of an `adapter_config.json` as PEFT writes it: every field of the type, keys sorted, indent 2, no line at the end. */
export function configText({ type, rest }: Codec, config: Record<string, unknown>): string {
  const fields: Record<string, unknown> = { ...rest, ...config, peft_type: type };
  return JSON.stringify(Object.fromEntries(Object.keys(fields).sort().map((key) => [key, fields[key]])), null, 2);
}

/** Text of `fullrank.json`. */
export function writeExtras({ config, model, method }: Adapted): string {
  // Weights of the model have no other file for the settings that they were trained with.
  // Stryker disable next-line ArrayDeclaration: no setting is called anything else
  const { beside = [] } = method.codecs ? codecOf(config) : { beside: method.fields.fields.map(({ name }) => name) };
  const settings = Object.fromEntries(beside.map((name) => [name, config[name]]));
  return JSON.stringify({ version: 1, method: config.method, settings, ...(model.labels.length > 0 && { labels: model.labels }), ...(model.language ? { reads: model.language.reads, max_length: model.language.tokens } : { image_size: model.image_size }) } satisfies Extras, null, 2);
}

/** Targets that select the same layers in PEFT: as the person gave them where they do, else the layers by name. */
function portableTargets(adapted: Adapted, excludes: boolean, generation?: Generation): { target_modules: string | string[]; exclude_modules: string | string[] | null; layers_to_transform: number[] | null } {
  const { config: c, model } = adapted;
  // Weights of the model that learn: of modules that the method chooses where nobody has.
  if (adapted.method.trains === 'part') return { target_modules: (c.target_modules as string | string[] | null) ?? [...new Set([...adapted.trainedWeights].map((name) => name.slice(0, name.lastIndexOf('.'))))], exclude_modules: (c.exclude_modules as string[] | null | undefined) ?? null, layers_to_transform: null };
  const given = (c.target_modules as string | string[] | null) ?? model.default_target_modules;
  const excluded = c.exclude_modules as string | string[] | null;
  if (generation) return { target_modules: targetsOf(adapted, generation), exclude_modules: null, layers_to_transform: null };
  // A suffix such as q_proj would also hit what transformers' class has besides: the text tower of a CLIPModel.
  const elsewhere = model.part !== undefined && given !== model.default_target_modules;
  if (elsewhere || given === 'all-linear' || (excluded?.length && !excludes) || c.layers_to_transform != null) {
    return { target_modules: adapted.layers.map((l) => l.name), exclude_modules: null, layers_to_transform: null };
  }
  return { target_modules: given, exclude_modules: excluded, layers_to_transform: null };
}

/** Patterns that say something, as they were given, or for a generation of transformers layer by layer, since its names differ. */
function writtenPatterns({ config, model, layers, method }: Adapted, generation?: Generation): Record<string, unknown> {
  const given = (c: MethodConfig) => Object.entries(c).filter(([field, p]) => Object.hasOwn(method.fields.patterns ?? {}, field) && Object.keys(p ?? {}).length > 0);
  if (!generation) return Object.fromEntries(given(config));
  const full = given(resolvePatterns(config, new Map(layers.map(({ name }) => [name, name]))));
  return Object.fromEntries(full.map(([field, p]) => [field, Object.fromEntries(Object.entries(p as object).map(([name, value]) => [nameIn(generation, model, name), value as number]))]));
}

/** PEFT's task type for a model of texts; if it has none for the readout, the class that the adapter was put on. */
function taskOf(adapted: Adapted): { task_type: string | null; auto_mapping: Record<string, string> | null } {
  const { language } = adapted.model;
  const task_type = language ? readoutOf(language).task_type : null;
  return { task_type, auto_mapping: task_type === null ? autoMapping(adapted) : null };
}

function autoMapping({ model: { architecture, module, base_model_prefix } }: Adapted): Record<string, string> | null {
  const from = module ?? base_model_prefix;
  return architecture && from ? { base_model_class: architecture, parent_library: `transformers.models.${from}.modeling_${from}` } : null;
}
