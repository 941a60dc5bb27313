import { FullrankError } from '../errors/errors';
import { didYouMean } from '../errors/near';
import { cut, quote, written } from '../errors/text';
import { defined } from '../numbers/defined';
import type { Field, MethodConfig, MethodFields, Trains } from './field';
import { fields as adalora } from './methods/adalora/fields';
import { fields as autolora } from './methods/autolora/fields';
import { fields as beft } from './methods/beft/fields';
import { fields as bitfit } from './methods/bitfit/fields';
import { fields as boft } from './methods/boft/fields';
import { fields as c3a } from './methods/c3a/fields';
import { fields as cocoop } from './methods/cocoop/fields';
import { fields as coop } from './methods/coop/fields';
import { fields as coopLora } from './methods/coop_lora/fields';
import { fields as delora } from './methods/delora/fields';
import { fields as deptCoop } from './methods/dept_coop/fields';
import { fields as deptMaple } from './methods/dept_maple/fields';
import { fields as dora } from './methods/dora/fields';
import { fields as fourierft } from './methods/fourierft/fields';
import { fields as full } from './methods/full/fields';
import { fields as glora } from './methods/glora/fields';
import { fields as gralora } from './methods/gralora/fields';
import { fields as hira } from './methods/hira/fields';
import { fields as hra } from './methods/hra/fields';
import { fields as hydralora } from './methods/hydralora/fields';
import { fields as ia3 } from './methods/ia3/fields';
import { fields as kradapter } from './methods/kradapter/fields';
import { fields as linearProbe } from './methods/linear_probe/fields';
import { fields as lnTuning } from './methods/ln_tuning/fields';
import { fields as loha } from './methods/loha/fields';
import { fields as lokr } from './methods/lokr/fields';
import { fields as lora } from './methods/lora/fields';
import { fields as loraRandlora } from './methods/lora_randlora/fields';
import { fields as loraXs } from './methods/lora_xs/fields';
import { fields as maple } from './methods/maple/fields';
import { fields as miss } from './methods/miss/fields';
import { fields as nola } from './methods/nola/fields';
import { fields as oft } from './methods/oft/fields';
import { fields as pissa } from './methods/pissa/fields';
import { fields as pranc } from './methods/pranc/fields';
import { fields as promptsrc } from './methods/promptsrc/fields';
import { fields as psoft } from './methods/psoft/fields';
import { fields as pvera } from './methods/pvera/fields';
import { fields as randlora } from './methods/randlora/fields';
import { fields as randloraSvd } from './methods/randlora_svd/fields';
import { fields as road } from './methods/road/fields';
import { fields as shira } from './methods/shira/fields';
import { fields as svft } from './methods/svft/fields';
import { fields as tinylora } from './methods/tinylora/fields';
import { fields as unilora } from './methods/unilora/fields';
import { fields as vblora } from './methods/vblora/fields';
import { fields as vera } from './methods/vera/fields';
import { fields as vpt } from './methods/vpt/fields';
import { fields as waveft } from './methods/waveft/fields';

export { methodKinds, type Field, type MethodFields, type MethodKind } from './field';

/** Every method, in the order in which the page and the documentation show them; a method is named nowhere else. */
const all = [randlora, lora, vera, nola, dora, pissa, loraXs, shira, hira, miss, kradapter, svft, adalora, autolora, pranc, hydralora, randloraSvd, loraRandlora, ia3, lnTuning, bitfit, beft, loha, gralora, delora, lokr, hra, road, oft, psoft, c3a, fourierft, waveft, vblora, pvera, tinylora, unilora, boft, glora, vpt, coop, cocoop, maple, promptsrc, deptCoop, deptMaple, coopLora, full, linearProbe];

/** Plain data about each method: what the page and the command line build forms and flags from. */
export const methodFields: Record<string, MethodFields> = Object.fromEntries(all.map((f) => [f.method, f]));

/** The part that learns under a method; an unknown method is taken for one that trains an adapter. */
export const trainsOf = (method: string): Trains => methodFields[method]?.trains ?? 'adapter';

/** The config of a method on these targets, the model's own where there are none; a method that is on no layers goes without, as does one whose targets are no layers. */
export const onTargets = (method: string, target_modules: string | string[] | null | undefined): MethodConfig =>
  target_modules?.length && trainsOf(method) !== 'part' && defined(methodFields[method]).fields.some(({ name }) => name === 'target_modules') ? { method, target_modules } : { method };

/** Key of the first method of which this holds. */
const first = (is: (fields: MethodFields) => boolean | undefined): string => Object.values(methodFields).find(is)!.method;

/** The method that trains the head alone. */
export const HEAD_ONLY = /* @__PURE__ */ first(({ trains }) => trains === 'head');

/** The method whose memory or time is the amount where none is given. */
export const YARDSTICK = /* @__PURE__ */ first(({ yardstick }) => yardstick);
/** The method as which others are written where none computes the same. */
export const NEAREST = /* @__PURE__ */ first(({ nearest }) => nearest);

/** The config of a model as it is: nothing learns. */
export const FROZEN: MethodConfig = { method: HEAD_ONLY, modules_to_save: [] };

/** Largest difference, as a share, of counts, bytes or work that are still called one budget. */
export const CLOSE = 0.1;

/** A bad setting; the message names the field, the value and what is allowed. */
export class ConfigError extends FullrankError {
  override name = 'ConfigError';
}

/** Checks one value against its field. Throws ConfigError. */
export function checkField(field: Field, value: unknown): unknown {
  const bad = (what: string): never => {
    throw new ConfigError(`${field.name} is ${written(value)}; ${what}`);
  };
  if (value === null || value === undefined) return field.default;
  switch (field.kind) {
    case 'number':
    case 'integer': {
      const n = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof n !== 'number' || !Number.isFinite(n)) return bad('it must be a number.');
      if (field.kind === 'integer' && !Number.isInteger(n)) return bad('it must be a whole number.');
      if (n < (field.min ?? -Infinity) || n > (field.max ?? Infinity)) return bad(`it must be between ${field.min ?? 'any'} and ${field.max ?? 'any'}.`);
      return n;
    }
    case 'boolean':
      if (value === true || value === 'true' || value === '') return true;
      if (value === false || value === 'false') return false;
      return bad('it must be true or false.');
    case 'choice':
      return typeof value === 'string' && field.choices!.includes(value) ? value : bad(`it must be one of ${field.choices!.join(', ')}.${typeof value === 'string' ? didYouMean(value, field.choices!) : ''}`);
    case 'names':
      if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return value;
      return typeof value === 'string' ? value : bad('it must be a list of names.');
    case 'text':
      return typeof value === 'string' || typeof value === 'number' || Array.isArray(value) ? value : bad('it must be a text.');
  }
}

/** Short name of the setting that a budget moves: "r", "n"; empty for a method without one. */
export function mainName(method: string): string {
  const { budget, fields } = methodFields[method] ?? {};
  return budget ? (fields!.find(({ name }) => name === budget)?.short ?? budget) : '';
}

/** That setting with its value as `write` writes it: "r 8"; empty where there is none. */
export function mainText(config: MethodConfig, write: (value: unknown) => string): string {
  const name = methodFields[config.method]?.budget;
  return name && config[name] !== undefined && config[name] !== null ? `${mainName(config.method)} ${write(config[name])}` : '';
}

/** Sentence of a method that there is not: the one that was probably meant, and all; without its full stop. */
export const noMethod = (key: string): string => `there is no method ${quote(key)}.${didYouMean(key, Object.keys(methodFields))} There are ${Object.keys(methodFields).join(', ')}`;

/** A complete config of a method: defaults filled in, every value checked, unknown fields refused by name. */
export function completeConfig(config: MethodConfig): MethodConfig {
  const known = Object.hasOwn(methodFields, config.method) ? methodFields[config.method] : undefined;
  if (!known) throw new ConfigError(`${noMethod(String(config.method))}.`);
  const names = known.fields.map((f) => f.name);
  const patterns = Object.entries(known.patterns ?? {}).filter(([name]) => config[name] !== undefined && config[name] !== null);
  const unknown = Object.keys(config).filter((k) => k !== 'method' && k !== 'modules_to_save' && !names.includes(k) && !Object.hasOwn(known.patterns ?? {}, k));
  if (unknown.length) {
    throw new ConfigError(`${config.method} has no setting ${cut(unknown.join(', '))}; it has ${names.join(', ') || 'none'}.${didYouMean(defined(unknown[0]), names)}`);
  }
  for (const [name, setting] of patterns) {
    const values = config[name];
    if (typeof values !== 'object' || Array.isArray(values)) throw new ConfigError(`${name} must give a value to each pattern of layer names.`);
    for (const [pattern, value] of Object.entries(values as object)) checkField({ ...known.fields.find((f) => f.name === setting)!, name: `${name} of ${JSON.stringify(pattern)}` }, value);
  }
  return { ...config, ...Object.fromEntries(known.fields.map((f) => [f.name, checkField(f, config[f.name])])) };
}
