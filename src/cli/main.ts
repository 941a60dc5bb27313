import { version } from '#package.json';
import { ConfigError } from '../adapters/fields';
import { didYouMean } from '../errors/near';
import { quote } from '../errors/text';
import { forTerminal, jsonFlag, methodFrom, UsageError, type Command, type Say } from './command';
import { writeWhole } from './files';
import { withDeviceFlag } from './gpu';
import { withHub } from './hub';
import { checkOut, withOuts } from './outs';
import { helpText, parseArguments } from './parse';
import { withPush } from './push';
import { Ended, endedBy } from './signals';
import { withTile } from './tuned';

/** Exit code for a command line that is not understood. */
const USAGE = 2;

/** All commands, one line each; their code is loaded when they are called. */
const commands: Record<string, () => Promise<{ command: Command }>> = {
  models: () => import('./models'),
  methods: () => import('./methods'),
  data: () => import('./data'),
  plan: () => import('./plan'),
  train: () => import('./trainCommand'),
  eval: () => import('./eval'),
  predict: () => import('./predict'),
  generate: () => import('./generate'),
  step: () => import('./step'),
  merge: () => import('./merge'),
  export: () => import('./export'),
  landscape: () => import('./landscape'),
  analyse: () => import('./analyse'),
  project: () => import('./project'),
  check: () => import('./check'),
  compare: () => import('./compare'),
  study: () => import('./study'),
};

/** Names of all commands. */
export const commandNames = Object.keys(commands);

/** A command with the flags that it shares with others. Throws UsageError. */
export async function commandOf(name: string): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`there is no command ${quote(name)}.${didYouMean(name, commandNames)} There are ${commandNames.join(', ')}`);
  return withDeviceFlag(withTile(withPush(withHub(withOuts((await load()).command)))));
}

/** Runs a command; its exit code: 0, 1 where it failed, 2 where the command line is wrong, or a signal's. Errors are one line on standard error. */
export async function main(argv: string[]): Promise<number> {
  const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';
  // `help train` is `train --help`.
  const [name, ...rest] = argv[0] === 'help' && argv[1] !== undefined ? [argv[1], '--help', ...argv.slice(2)] : argv;
  try {
    if (name === undefined) {
      (await overview()).forEach((line) => console.error(line));
      return USAGE;
    }
    if (name === '--version' || name === '-V' || name === '-v') return tell([version]);
    if (isHelp(name) || name === 'help') return tell(await overview());
    const command = await commandOf(name);
    if (rest.some(isHelp)) {
      const method = /^--method(?:=|\n)(\S+)/m.exec(rest.join('\n'))?.[1];
      return tell([helpText(name, command, method === undefined || !command.flags.some((flag) => flag.name === 'method') ? undefined : methodFrom({ method }).method)]);
    }
    await run(parseArguments(rest, name, command), command);
    return 0;
  } catch (error) {
    const e = error instanceof Error ? error : new Error(String(error));
    const isUsage = e instanceof UsageError;
    const help = isUsage ? ` (fullrank ${Object.hasOwn(commands, name ?? '') ? `${name} ` : ''}--help)` : '';
    // What was stopped has not failed.
    const code = e instanceof Ended ? e.code : (endedBy() ?? (isUsage || e instanceof ConfigError ? USAGE : 1));
    if (e.message) console.error(process.env.FULLRANK_DEBUG ? e.stack : `fullrank: ${forTerminal(e.message.replace(/\s*\n\s*/g, ' '))}${help}`);
    return code;
  }
}

function tell(lines: readonly string[]): 0 {
  lines.forEach((line) => console.log(line));
  return 0;
}

async function run(given: ReturnType<typeof parseArguments>, command: Command): Promise<void> {
  const json = given[jsonFlag.name] === undefined ? null : String(given[jsonFlag.name]);
  if (json !== null && json !== '-') await checkOut('--json', json, 'file', true);
  const put = async (result: unknown): Promise<void> => {
    const text = `${JSON.stringify(result, (_, v: unknown) => (typeof v === 'number' && Number.isNaN(v) ? null : v), 2)}\n`;
    if (json === '-') process.stdout.write(text);
    else if (json !== null) await writeWhole(json, text);
  };
  const screen = process.stdout.isTTY ? new Screen() : null;
  const say: Say = json === '-' ? () => {} : (screen?.say ?? ((line) => console.log(forTerminal(line))));
  try {
    await put(await command.run(given, say));
  } catch (error) {
    if (error instanceof Ended && error.result !== undefined) await put(error.result);
    throw error;
  } finally {
    screen?.end();
  }
}

/** Lines on a terminal. Those that pass, such as a run's steps, take each other's place. */
class Screen {
  private passes = false;

  readonly say: Say = Object.assign(
    (line: string) => {
      if (this.passes) process.stdout.write(CLEAR);
      this.passes = false;
      console.log(forTerminal(line));
    },
    {
      passing: (line: string) => {
        process.stdout.write(`${CLEAR}${forTerminal(line).slice(0, Math.max(20, (process.stdout.columns || 80) - 1))}`);
        this.passes = true;
      },
    },
  );

  /** Leaves the last passing line where it is. */
  end(): void {
    if (this.passes) process.stdout.write('\n');
    this.passes = false;
  }
}

/** To the start of the line, and nothing behind it. */
const CLEAR = '\r\u001b[K';

async function overview(): Promise<string[]> {
  const lines = await Promise.all(Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(11)}${(await load()).command.help.replace(/[:;].*/s, '')}`));
  return ['fullrank COMMAND [flags]     fine-tunes small transformers on this machine', '', ...lines, '', 'fullrank COMMAND --help has an example and the flags, fullrank --version the version.', '--json FILE writes a result as JSON (- for standard output).'];
}
