import { Command as Program, CommanderError, Help, Option } from 'commander';
import { plainHelp } from '../adapters/field';
import { methodFields } from '../adapters/fields';
import { dashed, jsonFlag, UsageError, type Command, type Flag, type Given } from './command';

/** Columns of help at most, however wide the terminal. */
const WIDTH = 100;

/** Parses a command's words and flags. Throws UsageError, which names the flag and, where one is near, the one that was probably meant. */
export function parseArguments(argv: readonly string[], name: string, command: Command): Given {
  const { program, options } = programOf(name, command);
  const byName = new Map(options.map(([, option]) => [option.long, option]));
  // Commander takes whatever follows for the value.
  const bare = argv.find((arg, i) => byName.get(arg)?.required && (argv[i + 1] === undefined || byName.has(argv[i + 1]?.replace(/=.*/s, ''))));
  if (bare !== undefined) throw new UsageError(`${bare} needs a value`);
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const words = error.code === 'commander.missingArgument' ? `; write fullrank ${[name, ...(command.words ?? []).map(({ value }) => value)].join(' ')}` : '';
    throw new UsageError(`${error.message.replace(/^error: /, '').replace(/\s*\n\((.*)\)$/, '. $1')}${words}`);
  }
  const words = Object.fromEntries((command.words ?? []).map((word, i) => [word.name, program.args[i] ?? '']));
  const values: Record<string, unknown> = program.opts();
  const given: Given = {};
  for (const [flag, option] of options) {
    const key = option.attributeName();
    if (program.getOptionValueSource(key) !== 'cli') continue;
    const value = values[key];
    given[flag.name] = typeof value === 'boolean' ? true : Array.isArray(value) ? value.join('\n') : String(value);
  }
  const missing = command.flags.find((flag) => flag.required && given[flag.name] === undefined);
  if (missing) throw new UsageError(`${dashed(missing.name)} is missing (${missing.help.replace(/\.$/, '')})`);
  return { ...words, ...given };
}

/** Help of a command: an example, its flags by group, and of methods' settings those of one method, where it is given. Throws UsageError for a method that there is not. */
export function helpText(name: string, command: Command, method?: string): string {
  const { program, options } = programOf(name, command, method);
  const ofMethods = command.flags.some(({ methods }) => methods) && method === undefined;
  const help = new Help();
  help.helpWidth = Math.max(60, Math.min(WIDTH, process.stdout.columns || WIDTH));
  const example = command.examples.map((line) => `  $ fullrank ${name} ${line}`.trimEnd());
  const note = ofMethods ? `${help.boxWrap(`Settings of a method: fullrank ${name} --method NAME --help, with one of ${Object.keys(methodFields).join(', ')}.`, help.helpWidth)}\n` : '';
  // Commander hides an option by a flag of its own.
  for (const [flag, option] of options) if (flag.methods && ofMethods) option.hideHelp();
  return `${help.boxWrap(`fullrank ${name}: ${command.help}`, help.helpWidth)}\n\n${example.join('\n')}\n\n${help.formatHelp(program, help).trimEnd()}\n${note && `\n${note}`}`.trimEnd();
}

function programOf(name: string, command: Command, method?: string): { program: Program; options: [Flag, Option][] } {
  const program = new Program(`fullrank ${name}`);
  program.exitOverride().helpOption(false).helpCommand(false).allowExcessArguments(false).configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const { value } of command.words ?? []) program.argument(`<${value}>`);
  const options = [...command.flags, jsonFlag].flatMap((flag): [Flag, Option][] => {
    const own = method === undefined ? flag : (flag.methods?.get(method) ?? flag);
    // Of another method alone.
    if (method !== undefined && flag.methods && own === flag) return [];
    return [[flag, optionOf({ ...own, name: flag.name }, flag.methods && method !== undefined ? `Settings of ${method}:` : undefined)]];
  });
  // What was asked for comes first.
  if (method !== undefined) options.sort(([a], [b]) => Number(Boolean(b.methods)) - Number(Boolean(a.methods)));
  for (const [, option] of options) program.addOption(option);
  return { program, options };
}

function optionOf(flag: Flag, group: string | undefined): Option {
  const value = flag.value?.replace(/ ?\.\.\.$/, '') ?? (flag.kind === 'choice' ? 'NAME' : flag.kind === 'names' ? 'A,B' : flag.kind === 'text' ? 'TEXT' : 'N');
  const choices = flag.kind === 'choice' && flag.name !== 'method' ? ` One of ${flag.choices!.join(', ')}.` : '';
  const standard = flag.default !== undefined && flag.default !== null && flag.default !== false ? ` Default ${flag.kind === 'text' && !flag.many ? JSON.stringify(flag.default) : String(flag.default)}.` : '';
  const option = new Option(flag.kind === 'boolean' ? dashed(flag.name) : `${dashed(flag.name)} <${value}${flag.many ? '...' : ''}>`, `${plainHelp(flag)}${choices}${flag.required ? ' Required.' : standard}`);
  return option.helpGroup(group ?? (flag.group ? `${flag.group.charAt(0).toUpperCase()}${flag.group.slice(1)}:` : 'Options:'));
}
