import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import type { HubEvent } from '../io/hub/events';
import { HubError, sizeText } from '../io/hub/hubError';
import { DEFAULT_ENDPOINT, hubIdOf, isHubId, parseHubId, type HubKind } from '../io/hub/ids';
import { forTerminal, UsageError, type Command, type Flag, type Given } from './command';
import { hub } from './inNode';
import { hubToken } from './token';

/** Additional flag of commands that take data. */
const configFlag: Flag = { name: 'config', kind: 'text', group: 'Hub', value: 'NAME', help: 'Which set to read if --data holds several, each in a folder: for example sst2 of nyu-mll/glue. The others are not loaded.' };

const flags: Flag[] = [
  { name: 'endpoint', kind: 'text', group: 'Hub', value: 'URL', help: `Hub that ids (owner/name) are loaded from; by default $HF_ENDPOINT, else ${DEFAULT_ENDPOINT}. A token is taken from $HF_TOKEN or, for Hugging Face's own hub, from \`hf auth login\`.` },
  { name: 'revision', kind: 'text', group: 'Hub', help: 'Branch, tag or commit of a --model from the hub; for anything else write owner/name@revision.' },
  { name: 'offline', kind: 'boolean', group: 'Hub', help: 'Use only what was loaded from the hub before, without a connection; also $HF_HUB_OFFLINE=1.' },
];

/** Hub settings from the flags of the running command. */
const settings: { endpoint?: string; revision?: string; offline: boolean } = { offline: false };

/** Gives the hub's flags to a command that takes models, adapters or data. */
export function withHub(command: Command): Command {
  if (!command.flags.some((f) => ['model', 'adapter', 'data', 'spec'].includes(f.name))) return command;
  return {
    ...command,
    flags: [...command.flags.map(orId), ...(command.flags.some(({ name }) => name === 'data') ? [configFlag] : []), ...flags],
    run(given, say) {
      const text = (name: string) => (given[name] === undefined ? undefined : String(given[name]));
      Object.assign(settings, { endpoint: text('endpoint'), revision: text('revision'), offline: given.offline === true });
      return command.run(given.config === undefined ? given : { ...given, data: configOf(given.data, String(given.config)) }, say);
    },
  };
}

/** The data of one of several sets: a folder in a folder, or an id of the hub. Throws UsageError or HubError. */
function configOf(data: Given[string] | undefined, config: string): string {
  if (data === undefined) throw new UsageError('--config is of --data, which is missing');
  const name = String(data);
  if (existsSync(name)) return join(name, config);
  if (!isHubId(name)) throw new UsageError(`--config is of a folder or a hub id that holds several sets, which ${JSON.stringify(name)} is not`);
  return hubIdOf(parseHubId(name, 'dataset', undefined, config));
}

const orId = (flag: Flag): Flag => (['model', 'adapter', 'data'].includes(flag.name) ? { ...flag, help: `${flag.help} Or a hub id, owner/name[@revision].` } : flag);

/**
 * Brings a repository of the hub into the cache ($FULLRANK_CACHE, or ~/.cache/fullrank) and opens it; progress goes to
 * standard error. Throws HubError.
 */
export async function hubTree(id: string, what: 'model' | 'adapter' | 'data', options: { weights?: boolean } = {}): Promise<FileTree> {
  const kind: HubKind = what === 'data' ? 'dataset' : 'model';
  const { HF_ENDPOINT, HF_HUB_OFFLINE } = process.env;
  const endpoint = settings.endpoint || HF_ENDPOINT || undefined;
  try {
    return await hub.open(id, {
      ...options,
      kind,
      revision: what === 'model' ? settings.revision : undefined,
      endpoint,
      token: hubToken(endpoint),
      offline: settings.offline || /^(1|on|yes|true)$/i.test(HF_HUB_OFFLINE ?? ''),
      onEvent: reporter((text) => process.stderr.write(text), process.stderr.isTTY === true),
    });
  } catch (error) {
    if (error instanceof HubError && ['not-found', 'gated', 'offline'].includes(error.kind)) {
      throw new HubError(error.kind, `${quote(id)} is neither built in nor a folder here, and as a hub id: ${error.message}`);
    }
    throw error;
  }
}

/** Writes events as one line that is written over on a terminal, else as one line for each file. */
export function reporter(write: (text: string) => void, terminal: boolean): (event: HubEvent) => void {
  const fetched = new Set<string>();
  let open = false;
  const line = (text: string, keep: boolean) => {
    write(`${terminal ? '\r\x1b[K' : ''}${text}${keep ? '\n' : ''}`);
    open = !keep;
  };
  return (event) => {
    if (event.status === 'notice') line(forTerminal(`fullrank: ${event.text}`), true);
    else if (event.status === 'download') fetched.add(event.file);
    else if (event.status === 'progress_total' && terminal && fetched.size > 0) {
      const left = event.seconds_left === null ? '' : `  ${Math.ceil(event.seconds_left)} s left`;
      line(`${event.name}  ${event.progress.toFixed(0)} %  ${sizeText(event.loaded)} of ${sizeText(event.total)}  ${sizeText(Math.round(event.rate))}/s${left}`, false);
    } else if (event.status === 'done' && !terminal && fetched.has(event.file)) line(`${event.name}: ${event.file} loaded`, true);
    else if (event.status === 'ready' && open) write('\r\x1b[K');
  };
}
