import { expect, test } from 'vitest';
import type { Field, MethodFields } from '../adapters/field';
import { methodFields } from '../adapters/fields';
import { methods } from '../adapters';
import { defined } from '../numbers/defined';
import * as configs from './configs';

/** Classes that PEFT spells in its own way. */
const peftNames: Readonly<Record<string, string>> = { 'LN tuning': 'LNTuningConfig', IA3: 'IA3Config', LoKr: 'LoKrConfig', LoHa: 'LoHaConfig', OFT: 'OFTConfig', BOFT: 'BOFTConfig', HRA: 'HRAConfig', FourierFT: 'FourierFTConfig', WaveFT: 'WaveFTConfig', C3A: 'C3AConfig', 'VB-LoRA': 'VBLoRAConfig', 'Uni-LoRA': 'UniLoraConfig', GraLoRA: 'GraloraConfig', GLoRA: 'GloraConfig', DeLoRA: 'DeloraConfig', TinyLoRA: 'TinyLoraConfig' };

/** The class of a method as PEFT would call it: RandLoRA's is RandLoraConfig, VeRA's VeraConfig, LoRA-XS's LoraXsConfig. */
const className = (title: string): string => {
  const known = peftNames[title];
  if (known) return known;
  const words = title.replaceAll('LoRA', 'Lora').split(/[^A-Za-z]+/).filter(Boolean);
  return `${words.map((word) => (/Lora$/.test(word) ? word : defined(word[0]).toUpperCase() + word.slice(1).toLowerCase())).join('')}Config`;
};

const types: Record<Field['kind'], (field: Field) => string> = {
  number: () => 'number',
  integer: () => 'number',
  boolean: () => 'boolean',
  choice: ({ choices }) => choices!.map((one) => `'${one}'`).join(' | '),
  text: () => 'string | number | number[]',
  names: () => 'string | string[]',
};

const typeOf = (field: Field): string => types[field.kind](field) + (field.default === null ? ' | null' : '');
/** A value of JSON as source text. */
const literal = (value: unknown): string => JSON.stringify(value).replaceAll('"', "'").replace(/'(\w+)':/g, '$1: ').replaceAll(',', ', ').replaceAll('{', '{ ').replaceAll('}', ' }');
const comment = (text: string): string => `/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '* /')} */`;

function classText({ method, title, help, fields, patterns = {}, trains }: MethodFields): string {
  const own = fields.map((field) => [`    ${comment(field.help)}`, `    ${field.name}?: ${typeOf(field)};`]);
  const byLayer = Object.entries(patterns).map(([name, field]) => [`    ${comment(`\`${field}\` of layers by pattern of their names.`)}`, `    ${name}?: Record<string, number>;`]);
  const saved = trains === 'weights' ? [] : [[`    ${comment('Layers that are trained whole and saved with the adapter; the classifier when left out.')}`, '    modules_to_save?: string[] | null;']];
  const [codec] = defined(methods[method]).codecs ?? [];
  const names = { method, names: ['modules_to_save', ...Object.keys(patterns), ...fields.map(({ name }) => name)], ...(codec && { peft: { peft_type: codec.type, ...codec.mark } }) };
  return [comment(`${title}. ${help}`), `export class ${className(title)} extends MethodSettings {`, '  constructor(settings: {', ...[...own, ...byLayer, ...saved].flat(), '    [field: string]: unknown;', '  } = {}) {', `    super(${literal(names)}, settings);`, '  }', '}'].join('\n');
}

const text = (all: readonly MethodFields[]): string => `// Made of the register of methods by configs.test.ts; \`vitest -u\` makes it anew.\nimport { MethodSettings } from './settings';\n\n${all.map(classText).join('\n\n')}\n`;

test('every method of the register has its class, with its settings and what they mean', async () => {
  await expect(text(Object.values(methodFields))).toMatchFileSnapshot('./configs.ts');
  expect(Object.keys(configs)).toHaveLength(Object.keys(methodFields).length);
});

test('classes are called as PEFT calls them, where PEFT has them', () => {
  // peft 0.20's own names of what is here.
  expect(Object.keys(configs)).toEqual(expect.arrayContaining(['AdaLoraConfig', 'HiraConfig', 'LoraConfig', 'RandLoraConfig', 'ShiraConfig', 'VeraConfig']));
  expect(new Set(Object.keys(methods))).toEqual(new Set(Object.keys(methodFields)));
});

test('settings are of the method, or of PEFT’s type where PEFT alone has one', () => {
  expect({ ...new configs.RandLoraConfig({ r: 8, pairing: 'paper' }) }).toEqual({ method: 'randlora', r: 8, pairing: 'paper' });
  expect({ ...new configs.LoraConfig({ r: 8, use_dora: true }) }).toMatchObject({ peft_type: 'LORA', r: 8, use_dora: true });
});
