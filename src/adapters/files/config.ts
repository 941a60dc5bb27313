import * as z from 'zod/mini';
import { cut, jsonOf, listFirst, quote } from '../../errors/text';
import { parseJson } from '../../io/checkpoint';
import type { FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { fullMatch } from '../../io/pythonRegex';
import { type LanguageForm, readouts, type Reads } from '../../models/text';
import { defined } from '../../numbers/defined';
import type { Adapted } from '../adapted';
import { type Codec, commonFields, commonHarmless, commonRefused } from '../codec';
import type { MethodConfig } from '../field';
import { completeConfig, ConfigError } from '../fields';
import { methodOf, methods } from '../index';
import type { Method } from '../method';

export const CONFIG_FILE = 'adapter_config.json';

/** Holds what PEFT's config has no place for; PEFT does not read it. */
export const EXTRAS_FILE = 'fullrank.json';

/** Says how a folder's prompts lie, of a method that puts tokens into sequences. */
export const METHOD_FILE = 'method.json';

const maxConfigBytes = 2_000_000;

const extras = z.looseObject({
  version: z.literal(1),
  method: z.string().check(z.maxLength(100)),
  /** Settings that the config does not hold. */
  settings: z._default(z.record(z.string(), z.unknown()), {}),
  labels: z.optional(z.array(z.string().check(z.maxLength(1000))).check(z.minLength(1), z.maxLength(65_536))),
  image_size: z.optional(z.int().check(z.gte(1), z.lte(4096))),
  /** Readout of its model of texts, and tokens of the texts it was trained on. */
  reads: z.optional(z.enum(Object.keys(readouts) as Reads[])),
  max_length: z.optional(z.int().check(z.gte(1), z.lte(2 ** 20))),
});

export type Extras = z.output<typeof extras>;

/** An `adapter_config.json`, checked, with defaults filled in. */
export interface ParsedConfig {
  method: Method;
  codec: Codec;
  config: z.output<z.ZodMiniObject<typeof commonFields>> & Record<string, unknown>;
  /** Fields of the file that are unknown here (PEFT drops such with a warning, too). */
  ignored: string[];
}

/** `layers_pattern` beside our own fields, which have no place for it. */
export interface ReadConfig {
  config: MethodConfig;
  codec: Codec;
  layers_pattern: string | string[] | null;
  extras: Extras | null;
  warnings: string[];
}

/**
 * Checks the bytes of an `adapter_config.json`, fills in PEFT's defaults, and refuses by name whatever would change what
 * the adapter computes and is not honoured here. `tensors` are the names in the folder's weights. Throws FormatError.
 */
// Stryker disable next-line ArrayDeclaration: no method knows a tensor by any other name
export function parseAdapterConfig(bytes: Uint8Array, tensors: readonly string[] = []): ParsedConfig {
  if (bytes.byteLength > maxConfigBytes) throw new FormatError(`${CONFIG_FILE} has ${bytes.byteLength} bytes, at most ${maxConfigBytes} are accepted.`);
  const { peft_type: type } = parseJson(bytes, CONFIG_FILE, z.looseObject({ peft_type: z.string() }));
  // Stryker disable next-line ArrayDeclaration: what has no type is not of this one
  const spelled = Object.values(methods).flatMap((method) => (method.codecs ?? []).filter((codec) => codec.type === type).map((codec) => ({ method, codec })));
  if (spelled.length === 0) throw new FormatError(`This adapter is of type ${quote(type)}; ${typesOf()} can be read. Merge it into its model first.`);
  const json = parseJson(bytes, CONFIG_FILE, z.record(z.string(), z.unknown()));
  const { method, codec } = spelled.find(({ codec: one }) => one.owns?.(json, tensors)) ?? spelled.find(({ codec: one }) => !one.owns) ?? defined(spelled[0]);
  const fields = { ...commonFields, ...codec.fields };
  const refused = codec.peft ? { ...commonRefused, ...codec.refused } : {};
  for (const [field, [isHarmless, meaning]] of Object.entries(refused)) {
    if (Object.hasOwn(fields, field) || !Object.hasOwn(json, field) || isHarmless(json[field])) continue;
    const value = json[field];
    throw new FormatError(`${CONFIG_FILE} sets ${field} to ${quote(typeof value === 'string' ? value : jsonOf(value))}, which ${meaning}; this is not supported. Merge the adapter with PEFT and load the result as a model.`);
  }
  if (codec.peft && json.target_modules == null) throw new FormatError(`${CONFIG_FILE} names no target_modules, and PEFT has no default list for vision transformers; add the list it was trained with.`);
  const config = parseJson(bytes, CONFIG_FILE, z.object(fields)) as ParsedConfig['config'];
  for (const pattern of [config.target_modules, config.exclude_modules]) if (typeof pattern === 'string') fullMatch(pattern);
  // Stryker disable next-line ArrayDeclaration: no field is called anything else
  const harmless = codec.harmless ?? [];
  const known = new Set(['peft_type', ...Object.keys(fields), ...Object.keys(codec.rest), ...Object.keys(refused), ...commonHarmless, ...harmless]);
  return { method, codec, config, ignored: Object.keys(json).filter((key) => !known.has(key)) };
}

/** PEFT's types that can be read, each with its methods where it has several. */
function typesOf(): string {
  const titles = new Map<string, string[]>();
  // Stryker disable next-line ArrayDeclaration: what says nothing of PEFT is none of its types
  for (const { fields, codecs = [] } of Object.values(methods))
    for (const { type, peft } of codecs) if (peft) titles.set(type, [...(titles.get(type) ?? []), fields.title]);
  return [...titles].map(([type, of]) => (of.length > 1 ? `${type} (${of.join(', ')})` : type)).join(' and ');
}

/** Reads `fullrank.json`; null when the folder has none. Throws FormatError. */
export async function readExtras(tree: FileTree): Promise<Extras | null> {
  return tree.paths().includes(EXTRAS_FILE) ? parseJson(await small(tree, EXTRAS_FILE), EXTRAS_FILE, extras) : null;
}

/** Reads `adapter_config.json` (and `fullrank.json`) of an adapter's folder. Throws FormatError or ConfigError. */
// Stryker disable next-line ArrayDeclaration: no method knows a tensor by any other name
export async function readConfig(tree: FileTree, tensors: readonly string[] = []): Promise<ReadConfig> {
  const parsed = parseAdapterConfig(await small(tree, CONFIG_FILE, maxConfigBytes), tensors);
  const { codec, ignored } = parsed;
  const more = await readExtras(tree);
  const names = listFirst(ignored.map((name) => cut(name)), 10);
  const warnings = ignored.length === 0 ? [] : [ignored.length === 1 ? `${CONFIG_FILE}: ${names} is unknown and left aside.` : `${CONFIG_FILE}: ${names} are unknown and left aside.`];
  return { config: methodConfig(parsed, settingsOf(more, parsed.method.fields.method, codec)), codec, layers_pattern: parsed.config.layers_pattern, extras: more, warnings };
}

/** The settings of a method as a config says them, and those that stand beside it. Throws ConfigError. */
function methodConfig({ method, codec, config: json }: ParsedConfig, beside: Record<string, unknown> = {}): MethodConfig {
  const { target_modules, exclude_modules, layers_to_transform, modules_to_save } = json;
  return completeConfig({ method: method.fields.method, ...codec.read(json), target_modules, exclude_modules, ...(codec.numbers === false ? {} : { layers_to_transform }), modules_to_save, ...beside });
}

/** The settings of a method out of a config of PEFT's, `peft_type` and its fields. An unknown field is refused: somebody wrote it by hand. Throws FormatError or ConfigError. */
export function settingsOfConfig(json: Record<string, unknown>): MethodConfig {
  const parsed = parseAdapterConfig(new TextEncoder().encode(JSON.stringify(json)));
  const [unknown] = parsed.ignored;
  if (unknown !== undefined) throw new ConfigError(`${parsed.codec.type} has no setting ${quote(unknown)}.`);
  return methodConfig(parsed);
}

/** Settings of `fullrank.json`, which must be for the method that the folder's config names. */
// Stryker disable next-line ArrayDeclaration: no setting is called anything else
function settingsOf(more: Extras | null, method: string, { beside = [] }: Codec): Record<string, unknown> {
  if (!more) return {};
  if (more.method !== method) throw new FormatError(`${EXTRAS_FILE} is for ${quote(more.method)}, ${CONFIG_FILE} for ${method}; the files do not belong together.`);
  const wrong = Object.keys(more.settings).find((name) => !beside.includes(name));
  if (wrong !== undefined) throw new FormatError(`${EXTRAS_FILE} sets ${quote(wrong)}, which ${CONFIG_FILE} decides.`);
  return more.settings;
}

/** Codec for this method and its settings. Throws ConfigError for methods that save no adapter. */
export function codecOf(c: MethodConfig): Codec {
  const codec = methodOf(c.method).codecs?.find((one) => one.says?.(c) ?? true);
  if (!codec) throw new ConfigError(`${c.method} is not saved as an adapter`);
  return codec;
}

/** True when PEFT computes the same from this config and the stored bases. */
export const isPeft = (adapted: Pick<Adapted, 'config' | 'method'> & Partial<Pick<Adapted, 'model' | 'layers'>>): boolean => adapted.method.codecs !== undefined && codecOf(adapted.config).peft && !onConv1d(adapted);

/** True where PEFT has the method, but not on layers like these: those of transformers' Conv1D, whose matrices files hold turned. */
// Stryker disable next-line ArrayDeclaration: no layer that is stored turned is without a name
export const onConv1d = ({ config, method, model, layers = [] }: Pick<Adapted, 'config' | 'method'> & Partial<Pick<Adapted, 'model' | 'layers'>>): boolean => method.codecs !== undefined && codecOf(config).linearOnly === true && layers.some(({ name }) => model?.transposed?.(`${name}.weight`));

/** Form of the model of texts that the adapter of a folder was trained on, as far as the folder says. Throws FormatError. */
export async function savedForm(tree: FileTree): Promise<Partial<Pick<LanguageForm, 'reads' | 'tokens'>>> {
  const { reads, max_length } = (await readExtras(tree)) ?? {};
  const type = reads || !tree.paths().includes(CONFIG_FILE) ? undefined : parseJson(await small(tree, CONFIG_FILE), CONFIG_FILE, z.looseObject({ task_type: z.nullish(z.string()) })).task_type;
  const known = reads ?? (Object.keys(readouts) as Reads[]).find((one) => readouts[one].task_type !== null && readouts[one].task_type === type);
  return { ...(known && { reads: known }), ...(max_length !== undefined && { tokens: max_length }) };
}

/** A file of a folder that can hold no more than so many bytes. Throws FormatError. */
export async function small(tree: FileTree, path: string, most = maxConfigBytes): Promise<Uint8Array> {
  if (!tree.paths().includes(path)) throw new FormatError(`${quote(tree.name)} has no ${path}; choose the folder that holds the adapter.`);
  const size = await tree.size(path);
  if (size > most) throw new FormatError(`${path} has ${size} bytes, at most ${most} are accepted.`);
  return tree.read(path);
}
