import type { Field } from '../adapters/field';
import { checkField, ConfigError, methodFields, noMethod } from '../adapters/fields';
import { defined } from '../numbers/defined';
import type { MethodConfig } from '../train/protocol';

/** A flag of a command. Config fields are flags as they are: `lora_alpha` becomes `--lora-alpha`. With `many` it takes several values (`--runs A B`), which come as the lines of one text. */
export type Flag = Pick<Field, 'name' | 'kind' | 'help'> & Partial<Pick<Field, 'default' | 'min' | 'max' | 'choices' | 'empty'>> & {
  /** Heading in the help. */
  group?: string;
  required?: boolean;
  value?: string;
  many?: boolean;
  /** Kind of what it names and the command writes: a file, a folder, which must be empty unless --force is given, or one that the command goes on filling. */
  writes?: 'file' | 'folder' | 'filled';
  /** Methods whose setting it is, with the flag as each has it. */
  methods?: ReadonlyMap<string, Flag>;
};

/** Values given on the command line by field name; booleans as true, the rest as text. Flags that were left out are absent. */
export type Given = Record<string, string | true>;

/** Says a line. What is of interest until the next such line is said by `passing`, where there is a terminal on which they take each other's place. */
export interface Say {
  (line: string): void;
  passing?(line: string): void;
}

export interface Command {
  /** One line. */
  help: string;
  /** Command lines that work as they stand, without `fullrank` and the command's name; the first heads its help. */
  examples: string[];
  flags: Flag[];
  /** Words that stand before all flags, by name and for the help: `fullrank study run FOLDER`. */
  words?: { name: string; value: string }[];
  /** Its --out, a model or an adapter, may go to the hub. */
  pushes?: boolean;
  /** It uses the graphics adapter. */
  computes?: boolean;
  /** Does the work; what it returns goes to --json. Throws with one sentence. */
  run(given: Given, say: Say): Promise<unknown>;
}

/** Wrong use of the command line. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const jsonFlag: Flag = { name: 'json', kind: 'text', value: 'FILE', help: 'Also write the result as JSON; - writes it to standard output, and nothing else there.' };

export const dashed = (name: string): string => `--${name.replaceAll('_', '-')}`;

/** The words of a flag that takes several; none when it was left out. */
export const manyFrom = (given: Given, name: string): string[] => (given[name] === undefined ? [] : String(given[name]).split('\n'));

/** Flags of all methods' fields, each name once. */
export const methodFlags: Flag[] = (() => {
  const byName = new Map<string, Map<string, Flag>>();
  for (const { method, fields } of Object.values(methodFields)) {
    for (const field of fields) byName.set(field.name, (byName.get(field.name) ?? new Map<string, Flag>()).set(method, field));
  }
  return [...byName.values()].map((methods) => ({ ...defined([...methods.values()][0]), default: undefined, methods }));
})();

export const methodFlag: Flag = { name: 'method', kind: 'choice', choices: Object.keys(methodFields), help: 'Method of fine-tuning.' };

/** The method that was asked for with the settings given for it. Throws UsageError or ConfigError. */
export function methodFrom(given: Given, without: string[] = []): MethodConfig {
  const method = given.method;
  if (typeof method !== 'string') throw new UsageError(`--method is missing; there are ${Object.keys(methodFields).join(', ')}`);
  if (!Object.hasOwn(methodFields, method)) throw new UsageError(noMethod(method));
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
