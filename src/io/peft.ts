import * as z from 'zod/mini';
import type { FileTree } from '../data/source';
import { said } from '../said/said';
import { parseJson } from './checkpoint';
import { FormatError, quote } from './formatError';
import { refuse } from './peftRefusals';
import { fullMatch } from './pythonRegex';

export { type ModuleName, type TargetRules, targets } from './targets';

const maxConfigBytes = 2_000_000;
const name = z.string().check(z.maxLength(1000));
const names = z.array(name).check(z.maxLength(10_000));
const whole = z.int().check(z.nonnegative());
const rank = z.int().check(z.minimum(1), z.maximum(65_536));
const dropout = z.number().check(z.gte(0), z.lt(1));
const orNull = <T extends z.ZodMiniType>(type: T) => z._default(z.nullable(type), null);
const flag = (otherwise: boolean) => z._default(z.boolean(), otherwise);

/** Values by regular expression of layer names. */
const pattern = <T extends z.ZodMiniType>(value: T) => z._default(z.nullable(z.record(name, value).check(z.refine((p) => Object.keys(p).length <= 10_000, 'has more than 10000 entries'))), {});

const common = {
  auto_mapping: orNull(z.record(z.string(), z.nullable(z.string()))),
  base_model_name_or_path: orNull(z.string()),
  revision: orNull(z.string()),
  task_type: orNull(z.string()),
  peft_version: orNull(z.string()),
  target_modules: z.union([name, names]),
  exclude_modules: orNull(z.union([name, names])),
  layers_to_transform: orNull(z.union([whole, z.array(whole).check(z.maxLength(10_000))])),
  layers_pattern: orNull(z.union([name, names])),
  modules_to_save: orNull(names),
};

/** What every adapter's config has, PEFT's or our own: which layers, and what is saved besides. Other fields stay as they are. */
export const anyAdapter = z.looseObject(common);

const lora = z.object({
  ...common,
  peft_type: z.literal('LORA'),
  r: z._default(rank, 8),
  lora_alpha: z._default(z.number(), 8),
  lora_dropout: z._default(dropout, 0),
  use_rslora: flag(false),
  rank_pattern: pattern(rank),
  alpha_pattern: pattern(z.number()),
  use_dora: flag(false),
});
const vera = z.object({
  ...common,
  peft_type: z.literal('VERA'),
  r: z._default(rank, 256),
  d_initial: z._default(z.number(), 0.1),
  vera_dropout: z._default(dropout, 0),
  projection_prng_key: z._default(whole, 0),
  save_projection: flag(true),
});
const randlora = z.object({
  ...common,
  peft_type: z.literal('RANDLORA'),
  r: z._default(rank, 32),
  randlora_alpha: z._default(z.number(), 640),
  randlora_dropout: z._default(dropout, 0),
  projection_prng_key: z._default(whole, 0),
  save_projection: flag(true),
  sparse: flag(false),
  very_sparse: flag(false),
});
const schemas = { LORA: lora, VERA: vera, RANDLORA: randlora };

/** LoRA, and DoRA by `use_dora`. Fields and defaults are PEFT's. */
export type LoraConfig = z.output<typeof lora>;
export type VeraConfig = z.output<typeof vera>;
export type RandloraConfig = z.output<typeof randlora>;
export type PeftConfig = LoraConfig | VeraConfig | RandloraConfig;

export interface ParsedConfig {
  config: PeftConfig;
  /** Fields of the file that are unknown to us (PEFT drops such with a warning too); for a warning. */
  ignored: string[];
}

/**
 * Checks the bytes of an `adapter_config.json`, fills in PEFT's defaults, and refuses by name whatever would change what
 * the adapter computes and is not honoured here. Throws FormatError.
 */
export function parseAdapterConfig(bytes: Uint8Array): ParsedConfig {
  const file = 'adapter_config.json';
  if (bytes.byteLength > maxConfigBytes) throw new FormatError(said`${file} has ${bytes.byteLength} bytes, at most ${maxConfigBytes} are accepted.`);
  const { peft_type: type } = parseJson(bytes, file, z.looseObject({ peft_type: z.string() }));
  if (!Object.hasOwn(schemas, type)) {
    throw new FormatError(said`This adapter is of type ${quote(type)}; LORA (with or without DoRA), VERA and RANDLORA can be read. Merge it into its model first.`);
  }
  const json = parseJson(bytes, file, z.record(z.string(), z.unknown()));
  const known = refuse(json, Object.keys(schemas[type as keyof typeof schemas].shape));
  if (json.target_modules == null) throw new FormatError(said`${file} names no target_modules, and PEFT has no default list for vision transformers; add the list it was trained with.`);
  const config: PeftConfig = parseJson(bytes, file, schemas[type as keyof typeof schemas]);
  for (const pattern of [config.target_modules, config.exclude_modules]) if (typeof pattern === 'string') fullMatch(pattern);
  const ours = new Set([...Object.keys(schemas[type as keyof typeof schemas].shape), ...known]);
  return { config, ignored: Object.keys(json).filter((key) => !ours.has(key)) };
}

/** Reads `adapter_config.json` of an adapter folder. Throws FormatError. */
export async function readAdapterConfig(tree: FileTree): Promise<ParsedConfig> {
  const path = 'adapter_config.json';
  if (!tree.paths().includes(path)) throw new FormatError(said`${quote(tree.name)} has no ${path}; choose the folder that holds the adapter.`);
  const size = await tree.size(path);
  if (size > maxConfigBytes) throw new FormatError(said`${path} has ${size} bytes, at most ${maxConfigBytes} are accepted.`);
  return parseAdapterConfig(await tree.read(path));
}

/** What multiplies the adapter's product: alpha / r, alpha / sqrt(r) for rsLoRA, 1 for VeRA. */
export function scaling(config: PeftConfig): number {
  switch (config.peft_type) {
    case 'LORA': return config.lora_alpha / (config.use_rslora ? Math.sqrt(config.r) : config.r);
    case 'RANDLORA': return config.randlora_alpha / config.r;
    case 'VERA': return 1;
  }
}
