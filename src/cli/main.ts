import { forTerminal, helpText, jsonFlag, parseFlags, takeWords, UsageError, type Command } from './command';
import { writeWhole } from './files';
import { withDeviceFlag } from './gpu';
import { withHub } from './hub';
import { withPush } from './push';
import { Ended, endedBy } from './signals';
import { withTile } from './tuned';

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

/** Runs a command; its exit code. Errors are one line on standard error. */
export async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      await overview();
      return name === undefined ? 1 : 0;
    }
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) throw new UsageError(`there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
    const command = withDeviceFlag(withTile(withPush(withHub((await load()).command))));
    if (rest.includes('--help') || rest.includes('-h')) {
      console.log(helpText(name, command));
      return 0;
    }
    const [words, flags] = takeWords(rest, name, command.words ?? []);
    const given = { ...words, ...parseFlags(flags, [...command.flags, jsonFlag]) };
    const json = given.json === undefined ? null : String(given.json);
    const put = async (result: unknown): Promise<void> => {
      const text = `${JSON.stringify(result, (_, v: unknown) => (typeof v === 'number' && Number.isNaN(v) ? null : v), 2)}\n`;
      if (json === '-') process.stdout.write(text);
      else if (json !== null) await writeWhole(json, text);
    };
    try {
      await put(await command.run(given, json === '-' ? () => {} : (line) => console.log(forTerminal(line))));
    } catch (error) {
      if (error instanceof Ended && error.result !== undefined) await put(error.result);
      throw error;
    }
    return 0;
  } catch (error) {
    const e = error instanceof Error ? error : new Error(String(error));
    const usage = e instanceof UsageError ? ` (fullrank ${Object.hasOwn(commands, name ?? '') ? `${name} ` : ''}--help)` : '';
    // What was stopped has not failed.
    const code = e instanceof Ended ? e.code : (endedBy() ?? 1);
    if (e.message) console.error(process.env.FULLRANK_DEBUG ? e.stack : `fullrank: ${forTerminal(e.message.replace(/\s*\n\s*/g, ' '))}${usage}`);
    return code;
  }
}

async function overview(): Promise<void> {
  console.log('fullrank COMMAND [flags]     fine-tunes small transformers on this machine\'s graphics adapter\n');
  for (const [name, load] of Object.entries(commands)) console.log(`  ${name.padEnd(10)}${(await load()).command.help}`);
  console.log('\nfullrank COMMAND --help lists its flags; --json FILE writes the result as JSON (- for standard output).');
}
