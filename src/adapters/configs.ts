import * as z from 'zod/mini';
import type { FileTree } from '../data/source';
import { parseJson } from '../io/checkpoint';
import { FormatError, quote } from '../io/formatError';
import { anyAdapter, parseAdapterConfig, type PeftConfig } from '../io/peft';
import { writeAdapterConfig } from '../io/peftWrite';
import { fullMatch } from '../io/pythonRegex';
import { said } from '../said/said';
import type { MethodConfig } from '../train/protocol';
import type { Adapted } from './adapted';
import { loraPatterns } from './field';
import { completeConfig, ConfigError, methodFields } from './fields';
import { nameIn, targetsOf, type Generation } from './generations';
import { num, numOr } from './method';
import { resolvePatterns } from './patterns';

export const CONFIG_FILE = 'adapter_config.json';
/** What PEFT's config has no place for; PEFT does not read it. */
export const EXTRAS_FILE = 'fullrank.json';

/**
 * `peft_type` of what PEFT cannot compute. PEFT refuses to load these: a file that loads there and computes something
 * else would be worse.
 */
const OWN_TYPES: Record<string, string> = { NOLA: 'nola', FULLRANK_RANDLORA: 'randlora' };

const extras = z.looseObject({
  version: z.literal(1),
  method: z.string().check(z.maxLength(100)),
  /** Settings that the PEFT config does not hold. */
  settings: z._default(z.record(z.string(), z.unknown()), {}),
  labels: z.optional(z.array(z.string().check(z.maxLength(1000))).check(z.minLength(1), z.maxLength(65_536))),
  image_size: z.optional(z.int().check(z.gte(1), z.lte(4096))),
});
export type Extras = z.output<typeof extras>;

/** `layers_pattern` beside our own fields, which have no place for it. */
export interface ReadConfig {
  config: MethodConfig;
  layers_pattern: string | string[] | null;
  extras: Extras | null;
  warnings: string[];
}

/** Reads `fullrank.json`; null when the folder has none. Throws FormatError. */
export async function readExtras(tree: FileTree): Promise<Extras | null> {
  return tree.paths().includes(EXTRAS_FILE) ? parseJson(await small(tree, EXTRAS_FILE), EXTRAS_FILE, extras) : null;
}

/** Reads `adapter_config.json` (and `fullrank.json`) of a PEFT folder or of our own kind. Throws FormatError or ConfigError. */
export async function readConfig(tree: FileTree): Promise<ReadConfig> {
  const bytes = await small(tree, CONFIG_FILE);
  const more = await readExtras(tree);
  const { peft_type: type } = parseJson(bytes, CONFIG_FILE, z.looseObject({ peft_type: z.string() }));
  const own = Object.hasOwn(OWN_TYPES, type) ? OWN_TYPES[type] : undefined;
  if (own) {
    const json = parseJson(bytes, CONFIG_FILE, anyAdapter);
    for (const pattern of [json.target_modules, json.exclude_modules]) if (typeof pattern === 'string') fullMatch(pattern);
    const known = methodFields[own]!.fields.map((f) => f.name);
    const config = completeConfig({ method: own, ...pick(json, [...known, 'modules_to_save']), ...settingsOf(more, own) });
    return { config, layers_pattern: null, extras: more, warnings: [] };
  }
  const { config: peft, ignored } = parseAdapterConfig(bytes);
  const warnings = ignored.length ? [`${CONFIG_FILE}: ${ignored.slice(0, 10).join(', ')} ${ignored.length === 1 ? 'is' : 'are'} unknown and left aside.`] : [];
  const read = fromPeft(peft);
  return { config: completeConfig({ ...read, ...settingsOf(more, read.method) }), layers_pattern: peft.layers_pattern, extras: more, warnings };
}

/** Settings of `fullrank.json`, which must be for the method that the folder's config names. */
function settingsOf(more: Extras | null, method: string): Record<string, unknown> {
  if (!more) return {};
  if (more.method !== method) throw new FormatError(said`${EXTRAS_FILE} is for ${quote(more.method)}, ${CONFIG_FILE} for ${method}; the files do not belong together.`);
  const allowed = PRIVATE[method] ?? [];
  const wrong = Object.keys(more.settings).find((name) => !allowed.includes(name));
  if (wrong !== undefined) throw new FormatError(said`${EXTRAS_FILE} sets ${quote(wrong)}, which ${CONFIG_FILE} decides.`);
  return more.settings;
}

/** Fields that PEFT's config cannot hold and that do not change what a file with stored bases computes. */
const PRIVATE: Record<string, string[]> = { randlora: ['bases', 'bases_storage', 'form'] };

/** True when PEFT computes the same from this config and the stored bases. */
export const isPeft = ({ config }: Pick<Adapted, 'config'>): boolean =>
  ['lora', 'dora', 'vera'].includes(config.method) || (config.method === 'randlora' && config.pairing === 'peft' && config.ablation === 'none');

function fromPeft(c: PeftConfig): MethodConfig {
  const common = { target_modules: c.target_modules, exclude_modules: c.exclude_modules, layers_to_transform: c.layers_to_transform, modules_to_save: c.modules_to_save };
  switch (c.peft_type) {
    case 'LORA':
      return { method: c.use_dora ? 'dora' : 'lora', r: c.r, lora_alpha: c.lora_alpha, lora_dropout: c.lora_dropout, use_rslora: c.use_rslora, ...patternsOf(c), ...common };
    case 'VERA':
      return { method: 'vera', r: c.r, d_initial: c.d_initial, vera_dropout: c.vera_dropout, projection_prng_key: c.projection_prng_key, ...common };
    case 'RANDLORA':
      return {
        method: 'randlora', r: c.r, randlora_alpha: c.randlora_alpha, randlora_dropout: c.randlora_dropout, projection_prng_key: c.projection_prng_key,
        // PEFT draws very sparse bases when both are set.
        bases: c.very_sparse ? 'very_sparse' : c.sparse ? 'sparse' : 'uniform', ...common,
      };
  }
}

/** Patterns that say something: our configs leave empty ones out. */
const patternsOf = (c: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(c).filter(([field, p]) => Object.hasOwn(loraPatterns, field) && Object.keys((p ?? {}) as object).length > 0));

/**
 * Text of `adapter_config.json`. `base` is the model's name or path. Targets are written as the person gave them, or for
 * a generation of transformers so that they select the layers by its names (and, where a pattern can, by the other's).
 */
export function writeConfig(adapted: Adapted, base: string, generation?: Generation): string {
  const { config: c } = adapted;
  const modules_to_save = adapted.trainedHead.size ? [adapted.model.head!] : null;
  if (!isPeft(adapted)) {
    const type = Object.entries(OWN_TYPES).find(([, method]) => method === c.method)?.[0];
    if (!type) throw new ConfigError(said`${c.method} is not saved as an adapter`);
    const fields: Record<string, unknown> = { ...c };
    delete fields.method;
    // Scales are written out, so that a file does not change with our defaults.
    if (c.method === 'randlora') fields.randlora_alpha = numOr(c, 'randlora_alpha', 20 * num(c, 'r'));
    else fields.nola_alpha = numOr(c, 'nola_alpha', 1);
    const json: Record<string, unknown> = { ...fields, ...portableTargets(adapted, true, generation), modules_to_save, peft_type: type, base_model_name_or_path: base };
    return JSON.stringify(Object.fromEntries(Object.keys(json).sort().map((key) => [key, json[key]])), null, 2);
  }
  const lora = c.method === 'lora' || c.method === 'dora';
  const common = {
    auto_mapping: autoMapping(adapted),
    base_model_name_or_path: base,
    revision: null,
    task_type: null,
    peft_version: null,
    layers_pattern: null,
    modules_to_save,
    ...portableTargets(adapted, lora, generation),
  };
  if (lora) {
    const r = num(c, 'r');
    return writeAdapterConfig({ ...common, peft_type: 'LORA', r, lora_alpha: numOr(c, 'lora_alpha', r), lora_dropout: num(c, 'lora_dropout'), use_rslora: c.use_rslora === true, use_dora: c.method === 'dora', rank_pattern: {}, alpha_pattern: {}, ...writtenPatterns(adapted, generation) });
  }
  const random = { projection_prng_key: num(c, 'projection_prng_key'), save_projection: true };
  if (c.method === 'vera') return writeAdapterConfig({ ...common, peft_type: 'VERA', r: num(c, 'r'), d_initial: num(c, 'd_initial'), vera_dropout: num(c, 'vera_dropout'), ...random });
  return writeAdapterConfig({
    ...common, peft_type: 'RANDLORA', r: num(c, 'r'), randlora_alpha: numOr(c, 'randlora_alpha', 20 * num(c, 'r')), randlora_dropout: num(c, 'randlora_dropout'), ...random,
    sparse: c.bases === 'sparse', very_sparse: c.bases === 'very_sparse',
  });
}

/** Text of `fullrank.json`. */
export function writeExtras(adapted: Adapted): string {
  const { config, model } = adapted;
  const settings = pick(config, PRIVATE[config.method] ?? []);
  return JSON.stringify({ version: 1, method: config.method, settings, labels: model.labels, image_size: model.image_size } satisfies Extras, null, 2);
}

/** Targets that select the same layers in PEFT: as the person gave them where they do, else the layers by name. */
function portableTargets(adapted: Adapted, excludes: boolean, generation?: Generation): { target_modules: string | string[]; exclude_modules: string | string[] | null; layers_to_transform: number[] | null } {
  const { config: c, model } = adapted;
  const given = (c.target_modules as string | string[] | null) ?? model.default_target_modules;
  const excluded = c.exclude_modules as string | string[] | null;
  if (generation) return { target_modules: targetsOf(adapted, generation), exclude_modules: null, layers_to_transform: null };
  // A suffix such as q_proj would also hit the text tower of transformers' CLIPModel.
  const elsewhere = model.family === 'clip' && given !== model.default_target_modules;
  if (elsewhere || given === 'all-linear' || (excluded?.length && !excludes) || c.layers_to_transform != null) {
    return { target_modules: adapted.layers.map((l) => l.name), exclude_modules: null, layers_to_transform: null };
  }
  return { target_modules: given, exclude_modules: excluded, layers_to_transform: null };
}

/** Patterns as they were given, or for a generation of transformers layer by layer, since its names differ. */
function writtenPatterns({ config, model, layers }: Adapted, generation?: Generation): Record<string, unknown> {
  if (!generation) return patternsOf(config);
  const full = patternsOf(resolvePatterns(config, new Map(layers.map(({ name }) => [name, name]))));
  return Object.fromEntries(Object.entries(full).map(([field, p]) => [field, Object.fromEntries(Object.entries(p as object).map(([name, value]) => [nameIn(generation, model, name), value as number]))]));
}

function autoMapping({ model }: Adapted): Record<string, string> | null {
  const known = model.family === 'clip' ? { architecture: model.head ? 'CLIPForImageClassification' : 'CLIPModel', base_model_prefix: 'clip' } : model;
  const { architecture, base_model_prefix: module } = known;
  return architecture && module ? { base_model_class: architecture, parent_library: `transformers.models.${module}.modeling_${module}` } : null;
}

function pick(from: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));
}

/** A file of a folder that can hold no more than so many bytes. Throws FormatError. */
export async function small(tree: FileTree, path: string, most = 2_000_000): Promise<Uint8Array> {
  if (!tree.paths().includes(path)) throw new FormatError(said`${quote(tree.name)} has no ${path}; choose the folder that holds the adapter.`);
  const size = await tree.size(path);
  if (size > most) throw new FormatError(said`${path} has ${size} bytes, at most ${most} are accepted.`);
  return tree.read(path);
}
