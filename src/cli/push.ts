import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hubFolder, hubMessage, RUN_FILE } from '../records/hubFolder';
import { folderTree } from '../io/fileTree.node';
import { parseHubId } from '../io/hub/ids';
import { checkWriter, pushFiles, type PushedFile } from '../io/hub/push';
import { defined } from '../numbers/defined';
import { readRuns } from '../records/runFile';
import type { RunRecord } from '../train/protocol';
import { UsageError, type Command, type Given } from './command';
import { hubToken } from './token';

const flags: Command['flags'] = [
  { name: 'push_to', kind: 'text', group: 'Hub', value: 'OWNER/NAME', help: 'Also push the output to this hub repository, with a card that says how it was trained. Where it is missing it is made, private unless --public is given. Needs a token with write access, in $HF_TOKEN or of `hf auth login`.' },
  { name: 'public', kind: 'boolean', group: 'Hub', help: 'With --push-to: a repository that is made may be seen by everybody.' },
];

/** Gives `--push-to` to a command whose results may go to the hub. */
export function withPush(command: Command): Command {
  if (!command.pushes) return command;
  return {
    ...command,
    flags: [...command.flags, ...flags],
    async run(given, say) {
      if (given.push_to === undefined) {
        if (given.public) throw new UsageError('--public goes with --push-to');
        return command.run(given, say);
      }
      const token = hubToken(endpointOf(given));
      // Before anything is computed.
      parseHubId(String(given.push_to));
      if (given.out === undefined) throw new UsageError('--push-to needs --out');
      if (given.runs !== undefined) throw new UsageError('--push-to is for an adapter or a model, not for tables of runs');
      if (!token) throw new UsageError('--push-to needs a token that may write, in $HF_TOKEN or of hf auth login');
      await checkWriter(String(given.push_to), { endpoint: endpointOf(given), token });
      say(`goes to ${String(given.push_to)} afterwards, which is made ${given.public ? 'public' : 'private'} if it is not there`);
      const result = (await command.run(given, say)) as object;
      const pushed = await push(given, token);
      say(`pushed to ${pushed.url} as commit ${pushed.commit.slice(0, 7)}`);
      return { ...result, pushed };
    },
  };
}

const endpointOf = (given: Given): string | undefined => (given.endpoint === undefined ? process.env.HF_ENDPOINT || undefined : String(given.endpoint));

async function push(given: Given, token: string): Promise<{ url: string; commit: string }> {
  const tree = await folderTree(String(given.out));
  const folder: PushedFile[] = [];
  for (const path of tree.paths()) if (!path.endsWith('.tmp') && path !== RUN_FILE && !path.startsWith('snapshots/')) folder.push({ path, bytes: await tree.read(path) });
  const run = await runOf(given);
  return pushFiles(String(given.push_to), await hubFolder(folder, run), { endpoint: endpointOf(given), token, message: hubMessage(run), private: !given.public });
}

/** The run that was trained, or whose adapter it is. */
async function runOf(given: Given): Promise<RunRecord | null> {
  for (const folder of [given.out, given.adapter]) {
    const path = folder === undefined ? '' : join(String(folder), RUN_FILE);
    if (path && existsSync(path)) return defined(readRuns(await readFile(path), path)[0]);
  }
  return null;
}
