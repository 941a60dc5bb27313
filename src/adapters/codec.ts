import * as z from 'zod/mini';
import type { MethodConfig, MethodFields } from './field';

/** Fields that change what an adapter computes and that are not honoured: which values do nothing, and what the others do. */
export type Refused = Record<string, [harmless: (value: unknown) => boolean, meaning: string]>;

/** An adapted layer by its name in the file, with its own settings. */
export interface WrittenLayer {
  name: string;
  in: number;
  out: number;
  config: MethodConfig;
}

/**
 * Spelling of a method in an adapter's folder: `adapter_config.json` of one `peft_type`, and names of tensors. A method has
 * one for each type that its files may have, PEFT's first.
 */
export interface Codec {
  /** `peft_type`. */
  type: string;
  /** PEFT loads such a folder, and computes the same. */
  peft: boolean;
  /** PEFT puts the type on nn.Linear alone: it refuses GPT-2's layers, which are Conv1D there. */
  linearOnly?: true;
  /** The config's own fields, besides those that every adapter has, with PEFT's defaults where a file leaves them out. */
  fields: Record<string, z.ZodMiniType>;
  /** Fields by which a config of this type is known to be of this method, where several share the type. */
  mark?: Record<string, unknown>;
  /** True if a folder of this type is of this method, by its config and the names of its tensors, where several share the type; the one without this has the rest. */
  owns?(config: Record<string, unknown>, tensors: readonly string[]): boolean;
  /** Settings of the method, from the config's fields. */
  read(config: Record<string, unknown>): Record<string, unknown>;
  /** True if this type can express the method's settings; otherwise another type must. */
  says?(c: MethodConfig): boolean;
  /** The config's own fields, from settings of the method; `patterns` are those of layers, by the names that the file has, as `layers` have them. */
  write(c: MethodConfig, patterns: Record<string, unknown>, layers: readonly WrittenLayer[]): Record<string, unknown>;
  /** Fields that PEFT writes besides, at the values that they have here. */
  rest: Record<string, unknown>;
  /** The type's config has `exclude_modules`. */
  excludes: boolean;
  /** False where the type's config has no `layers_to_transform` and `layers_pattern`. */
  numbers?: false;
  /** Fields that may ask for something unsupported, besides those of every adapter. */
  refused?: Refused;
  /** Fields that cannot change what a saved adapter computes. */
  harmless?: string[];
  /** Settings without a field of the config that change nothing of what the file computes; they stand in `fullrank.json`. */
  beside?: string[];
  /** Endings that tensors have in files of other versions, and ours. */
  spellings?: Record<string, string>;
  /** Name that a weight of the model's own has in the file, behind `base_model.model.`, of methods that train some of them; its own when left out. */
  weight?(name: string): string;
  /** Fixed tensors that a file may bring, by their names in it; those that are left out are drawn again. */
  bases?: string[];
  /** Reason to doubt that they are drawn the same again; null if none. */
  drawn?(c: MethodConfig): string | null;
  /** Names of its tensors, or what is drawn for them, go by the places of layers among all that are adapted: a part of these cannot be read alone. */
  counts?: true;
  /** Note on fixed tensors that are derived (`FixedTensor.derived`) for a folder that another program has written, which may have had others. */
  remade?: string;
  /** Version of PEFT from which on it has the type, where that is newer than the oldest that we write for. */
  since?: string;
  /** Lines that Python needs before it imports PEFT, and those without which PEFT would compute something else (check.py has the latter, too), and what to know of such a folder; for its README.md. */
  card?: { first?: string; setup?: string; note?: string };
}

export const off = (value: unknown): boolean => value == null || value === false;
export const empty = (value: unknown): boolean => off(value) || (typeof value === 'object' && Object.keys(value as object).length === 0);

const name = z.string().check(z.maxLength(1000));
const names = z.array(name).check(z.maxLength(10_000));
export const whole = z.int().check(z.nonnegative());
export const rank = z.int().check(z.minimum(1), z.maximum(65_536));
export const dropout = z.number().check(z.gte(0), z.lt(1));
const orNull = <T extends z.ZodMiniType>(type: T) => z._default(z.nullable(type), null);
export const flag = (otherwise: boolean) => z._default(z.boolean(), otherwise);

/** Values by regular expression of layer names. */
// Stryker disable next-line StringLiteral: people read it, and no test
export const pattern = <T extends z.ZodMiniType>(value: T) => z._default(z.nullable(z.record(name, value).check(z.refine((p) => Object.keys(p).length <= 10_000, 'has more than 10000 entries'))), {});

/** Those patterns that give some layer a value of its own. */
export const givenPatterns = (patterns: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(patterns).filter(([, values]) => !empty(values)));

/** Fields of every adapter's config: which layers, and what is saved besides. */
export const commonFields = {
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

/** Fields of any PEFT adapter that may ask for something unsupported. */
export const commonRefused: Refused = {
  rank_pattern: [empty, 'gives some layers another rank'],
  alpha_pattern: [empty, 'gives some layers another alpha'],
  bias: [(v) => v == null || v === 'none', 'trains biases of the base model'],
  layer_replication: [empty, 'repeats layers of the base model'],
  megatron_config: [empty, 'is for Megatron models'],
  target_parameters: [empty, 'adapts parameters that are not layers'],
  trainable_token_indices: [empty, 'trains single token embeddings'],
};

/** `fan_in_fan_out` among them: PEFT corrects one that does not fit the layer, and an adapter's own tensors are the same either way. */
export const commonHarmless = ['fan_in_fan_out', 'inference_mode', 'init_weights', 'megatron_core', 'ensure_weight_tying'];

/** Fields that PEFT writes for every type, at the values that they have here. */
export const commonRest = { bias: 'none', fan_in_fan_out: false, inference_mode: true };

/** Fields that PEFT writes for types whose random bases are drawn from a key. */
export const drawnRest = { ...commonRest, init_weights: true };

/** Fields of types whose random bases are drawn from a key. */
export const drawnFields = { projection_prng_key: z._default(whole, 0), save_projection: flag(true) };

/**
 * A type of our own, for what PEFT cannot compute: every setting stands in the config by its own name. PEFT refuses to load it,
 * since a file that loads there and computes something else would be worse. `write` gives the settings that are written
 * out although they were left out, so that a file does not change with our defaults.
 */
export function ownCodec(type: string, { fields }: MethodFields, write: (c: MethodConfig) => Record<string, unknown>, more: Partial<Codec> = {}): Codec {
  const own = fields.map((field) => field.name).filter((field) => !Object.hasOwn(commonFields, field));
  return {
    type,
    peft: false,
    fields: Object.fromEntries(own.map((field) => [field, z.optional(z.unknown())])),
    read: (config) => Object.fromEntries(own.filter((field) => config[field] !== undefined).map((field) => [field, config[field]])),
    write: (c) => ({ ...Object.fromEntries(own.map((field) => [field, c[field]])), ...write(c) }),
    rest: {},
    excludes: true,
    ...more,
  };
}
