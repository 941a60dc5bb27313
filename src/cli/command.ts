import { parseArgs } from 'node:util';
import { plainHelp, type Field } from '../adapters/field';
import { checkField, ConfigError, methodFields } from '../adapters/fields';
import { defined } from '../numbers/defined';
import type { MethodConfig } from '../train/protocol';

/** A flag of a command. Config fields are flags as they are: `lora_alpha` becomes `--lora-alpha`. With `many` it takes several values (`--runs A B`), which come as the lines of one text. */
export type Flag = Pick<Field, 'name' | 'kind' | 'help'> & Partial<Pick<Field, 'default' | 'min' | 'max' | 'choices' | 'empty'>> & { required?: boolean; value?: string; many?: boolean };

/** Values given on the command line by field name; booleans as true, the rest as text. Flags that were left out are absent. */
export type Given = Record<string, string | true>;

export interface Command {
  /** One line. */
  help: string;
  flags: Flag[];
  /** Words that stand before all flags, by name and for the help: `fullrank study run FOLDER`. */
  words?: { name: string; value: string }[];
  /** Its --out, a model or an adapter, may go to the hub. */
  pushes?: boolean;
  /** It uses the graphics adapter. */
  computes?: boolean;
  /** Does the work; what it returns goes to --json. Throws with one sentence. */
  run(given: Given, say: (line: string) => void): Promise<unknown>;
}

/** Wrong use of the command line. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const jsonFlag: Flag = { name: 'json', kind: 'text', value: 'FILE', help: 'Also write the result as JSON; - writes it to standard output, and nothing else there.' };

const dashed = (name: string): string => `--${name.replaceAll('_', '-')}`;

/** The words of a flag that takes several; none when it was left out. */
export const manyFrom = (given: Given, name: string): string[] => (given[name] === undefined ? [] : String(given[name]).split('\n'));

/** Parses a command's arguments. Throws UsageError naming the flag. */
export function parseFlags(argv: string[], flags: Flag[]): Given {
  const options = Object.fromEntries(flags.map((f) => [f.name.replaceAll('_', '-'), { type: f.kind === 'boolean' ? ('boolean' as const) : ('string' as const), multiple: f.many === true }]));
  const many = new Set(flags.filter((f) => f.many).map((f) => dashed(f.name)));
  // `--runs A B` as `--runs=A --runs=B`, which Node's parser knows; a number below zero is no flag.
  const isFlag = (arg: string | undefined) => arg === undefined || (arg.startsWith('-') && !Number.isFinite(Number(arg)));
  let name = '';
  const args = argv.flatMap((arg, i) => {
    if (!isFlag(arg)) return [many.has(name) ? `${name}=${arg}` : arg];
    name = arg;
    return many.has(arg) && !isFlag(argv[i + 1]) ? [] : [arg];
  });
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  try {
    ({ values } = parseArgs({ args, options, strict: true, allowPositionals: false }));
  } catch (error) {
    // Node's advice after the first sentence is about its own API.
    throw new UsageError((error as Error).message.replace(/\. [\s\S]*/, '').replace(/^Option '([^']*?)(?: <value>)?' argument missing$/, 'Option $1 needs a value'));
  }
  const given: Given = {};
  for (const f of flags) {
    const value = values[f.name.replaceAll('_', '-')];
    if (value === undefined) continue;
    given[f.name] = value === true ? true : Array.isArray(value) ? value.join('\n') : String(value);
  }
  const missing = flags.find((f) => f.required && given[f.name] === undefined);
  if (missing) throw new UsageError(`${dashed(missing.name)} is missing (${missing.help.replace(/\.$/, '')})`);
  return given;
}

/** Takes a command's words off its arguments. Throws UsageError where one is missing. */
export function takeWords(argv: string[], name: string, words: NonNullable<Command['words']>): [words: Given, rest: string[]] {
  const taken = Object.fromEntries(words.map((word, i) => [word.name, argv[i] ?? '-']));
  if (Object.values(taken).some((word) => word.startsWith('-'))) throw new UsageError(`write fullrank ${[name, ...words.map(({ value }) => value)].join(' ')}`);
  return [taken, argv.slice(words.length)];
}

/** Help text of a command, made from its flags. */
export function helpText(name: string, command: Command): string {
  const lines = [...command.flags, jsonFlag].map((f) => {
    const value = f.kind === 'boolean' ? '' : ` ${f.value ?? (f.choices ? f.choices.join('|') : f.kind === 'names' ? 'A,B' : f.kind === 'text' && !f.many ? 'TEXT' : 'N')}`;
    const standard = f.default !== undefined && f.default !== null && f.default !== false ? ` Default ${f.kind === 'text' && !f.many ? `"${String(f.default)}"` : String(f.default)}.` : '';
    return [`  ${dashed(f.name)}${value}`, `${plainHelp(f)}${f.required ? ' Required.' : standard}`] as const;
  });
  const width = Math.min(34, Math.max(...lines.map(([left]) => left.length)) + 2);
  return [`fullrank ${[name, ...(command.words ?? []).map(({ value }) => value)].join(' ')}: ${command.help}`, '', ...lines.map(([left, right]) => (left.length < width ? left.padEnd(width) + right : `${left}\n${' '.repeat(width)}${right}`))].join('\n');
}

/** Flags of all methods' fields, each name once, saying whose they are. */
export const methodFlags: Flag[] = (() => {
  const byName = new Map<string, { flag: Flag; helps: Map<string, string[]> }>();
  const withFields = Object.values(methodFields).filter((m) => m.fields.length);
  for (const { method, fields } of withFields) {
    for (const field of fields) {
      if (!byName.has(field.name)) byName.set(field.name, { flag: { ...field, default: undefined }, helps: new Map() });
      const { helps } = byName.get(field.name)!;
      helps.set(field.help, [...(helps.get(field.help) ?? []), method]);
    }
  }
  return [...byName.values()].map(({ flag, helps }) => {
    const parts = [...helps].map(([help, methods]) => (methods.length === withFields.length ? help : `${methods.join(', ')}: ${help}`));
    return { ...flag, help: parts.join(' ') };
  });
})();

export const methodFlag: Flag = { name: 'method', kind: 'choice', choices: Object.keys(methodFields), help: 'Method of fine-tuning.' };

/** The method that was asked for with the settings given for it. Throws UsageError or ConfigError. */
export function methodFrom(given: Given, without: string[] = []): MethodConfig {
  const method = given.method;
  if (typeof method !== 'string') throw new UsageError(`--method is missing; there are ${Object.keys(methodFields).join(', ')}`);
  const config: MethodConfig = { method };
  for (const { name, kind } of methodFlags) {
    if (given[name] === undefined || without.includes(name)) continue;
    // As its own type: run.json and what is made of it hold numbers, not words.
    const field = methodFields[method]?.fields.find((own) => own.name === name);
    config[name] = kind === 'names' ? namesFrom(String(given[name])) : field ? checkField(field, given[name]) : given[name];
  }
  return config;
}

/** `a,b` as a list of suffixes; `all-linear` and what looks like a regular expression as it is. */
export function namesFrom(text: string): string | string[] {
  if (text === 'all-linear' || /[\\^$*+?()[\]{}|]/.test(text)) return text;
  const names = text.split(',').map((s) => s.trim()).filter((s) => s !== '');
  if (!names.length) throw new ConfigError('a list of modules is empty; give suffixes such as query,value.');
  return names;
}

/** A whole number of a flag; undefined when it was left out. */
export function wholeFrom(given: Given, name: string, min: number, max: number): number | undefined {
  const text = given[name];
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!Number.isInteger(n) || n < min || n > max) throw new UsageError(`${dashed(name)} is ${JSON.stringify(text)}; it must be a whole number from ${min} to ${max}`);
  return n;
}

/**
 * A line as a terminal may have it. Names in it come from files, and whatever a terminal takes for an order (escapes, bells,
 * a cursor that goes back) or for another direction of writing is shown as a box.
 */
export const forTerminal = (line: string): string => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Left-aligned columns; numbers right-aligned. */
export function table(rows: (string | number)[][]): string[] {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)));
  const widths = defined(text[0]).map((_, c) => Math.max(...text.map((row) => defined(row[c]).length)));
  return text.map((row, r) => row.map((cell, c) => (typeof defined(rows[r])[c] === 'number' ? cell.padStart(defined(widths[c])) : cell.padEnd(defined(widths[c])))).join('  ').trimEnd());
}
