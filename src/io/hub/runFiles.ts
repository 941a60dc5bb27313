import { quote } from '../../errors/text';
import { HubClient } from './client';
import { downloadFile, placesOf } from './download';
import { Meter } from './events';
import { HubError, sizeText } from './hubError';
import { cacheFolder, parseHubId } from './ids';
import type { OpenOptions } from './load';
import { memoryFiles } from './memoryFiles';

/** A file of runs by its name, as the page, the command line and a push write it. */
const isRuns = (path: string): boolean => /(^|\/)run\.json$|\.runs\.json$/.test(path);

const maxFiles = 1000;
const maxBytes = 256 * 2 ** 20;

/**
 * The files of runs in a repository of the hub: each `run.json` and `*.runs.json`, by path. They are small and read once, so that
 * the cache does not keep them. Throws HubError, also for a repository without any.
 */
export async function fetchRunFiles(id: string, { kind = 'model', revision, endpoint, token, retry, signal, onEvent = () => {} }: OpenOptions): Promise<{ path: string; bytes: Uint8Array }[]> {
  const client = new HubClient({ endpoint, token, retry });
  const repo = parseHubId(id, kind, revision);
  const { commit, files: listed } = await client.list(repo, signal);
  const wanted = listed.filter(({ path }) => isRuns(path));
  if (wanted.length === 0) {
    const there = listed.slice(0, 5).map(({ path }) => quote(path, 40)).join(', ');
    throw new HubError('not-found', there ? `${repo.id} holds no runs: neither a run.json nor a file whose name ends in .runs.json (it has ${there}).` : `${repo.id} holds no runs: it has no files.`);
  }
  const known = wanted.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (wanted.length > maxFiles || known > maxBytes) throw new HubError('answer', `${repo.id} holds ${wanted.length} files of runs with ${sizeText(known)}; at most ${maxFiles} with ${sizeText(maxBytes)} are read.`);
  const meter = new Meter(repo.id, onEvent);
  for (const { path, size } of wanted) meter.expect(path, size ?? 0);
  const files = memoryFiles(maxBytes);
  const folder = cacheFolder(client.endpoint, repo);
  const found: { path: string; bytes: Uint8Array }[] = [];
  for (const file of wanted) {
    const listener = { start: () => {}, bytes: (loaded: number, fromNetwork: boolean) => meter.set(file.path, loaded, fromNetwork), notice: () => {} };
    const size = await downloadFile({ client, repo, commit, files, folder, signal: signal ?? new AbortController().signal }, file, listener);
    found.push({ path: file.path, bytes: await files.read(placesOf(folder, commit, file.path).whole, 0, size) });
  }
  return found;
}
