import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../data/random';
import { diskFiles } from '../../io/hub/diskFiles.node';
import { Hub } from '../../io/hub/hub';
import { HubError } from '../../io/hub/hubError';
import { defined } from '../../numbers/defined';
import { bytesContent, noise, startHub, textContent, type FakeHub } from '../hubServer.node';
import { hubFaults } from './hubFaults';

const ID = 'someone/model';
const weights = noise(300_000);
const files = { 'config.json': textContent({ model_type: 'vit' }), 'model.safetensors': bytesContent(weights) };
const retry = { baseMs: 1, mostMs: 4, stallMs: 400, tries: 12, longestWaitMs: 1000 };
/** Requests that one load may make: for each file and the list as many as its tries, and a restart. */
const MOST_REQUESTS = 250;

/** Result of a round. */
export interface HubRound {
  faults: string[];
  /** True if it ended with the whole model. */
  loaded: boolean;
  /** Requests that asked for the rest of a file. */
  resumed: number;
  /** Empty where the promise held. */
  broken: string;
}

/** One load of a model from a hub with faults, and a second one when they are over; the same for the same seed and round. */
export async function hubRound(seed: number, round: number): Promise<HubRound> {
  const random = new Random(seed, round);
  const server = await startHub({ [ID]: files });
  const root = mkdtempSync(join(tmpdir(), 'fullrank-chaos-'));
  server.ranges = random.below(5) > 0;
  server.listSizes = random.below(5) > 0;
  const names = Object.keys(hubFaults);
  const faults: string[] = [];
  let passes = true;
  for (let n = 1 + random.below(2); n > 0; n--) {
    const name = defined(names[random.below(names.length)]);
    const made = (size: number) => defined(hubFaults[name]).make(random, size);
    let path = defined(['model.safetensors', 'config.json', 'api'][random.below(3)]);
    // A list is sent in one piece.
    if (path === 'api' && defined(made(1)[0]).status === undefined) path = 'config.json';
    server.fail(path, ...made(path === 'model.safetensors' ? weights.length : 20));
    faults.push(`${name}, ${path}`);
    passes &&= defined(hubFaults[name]).pass;
  }
  try {
    return { faults, ...(await load(server, root, passes)) };
  } finally {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function load(server: FakeHub, root: string, passes: boolean): Promise<Omit<HubRound, 'faults'>> {
  const open = (hub: Hub) => hub.open(ID, { endpoint: server.endpoint, retry });
  const isWhole = async (tree: Awaited<ReturnType<Hub['open']>>) => Buffer.compare(await tree.read('model.safetensors'), weights) === 0;
  const hub = new Hub(() => diskFiles(root));
  let loaded = false;
  let broken = '';
  try {
    loaded = await isWhole(await open(hub));
    if (!loaded) broken = 'the file that was kept is another one';
  } catch (error) {
    if (!(error instanceof HubError)) broken = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    else if (error.kind === 'cancelled') broken = 'said that it was cancelled';
    else if (passes && !['damaged', 'answer'].includes(error.kind)) broken = `gave up on what passes: ${error.message}`;
    if (/signature|undefined|\[object/.test(String(error))) broken = `said ${String(error)}`;
  }
  if (server.log.length > MOST_REQUESTS) broken = `asked ${server.log.length} times`;
  const resumed = server.log.filter(({ headers }) => headers.range !== undefined).length;
  // The faults are over: the same cache, opened anew, ends with the whole model.
  server.heal();
  if (!broken && !(await isWhole(await open(new Hub(() => diskFiles(root)))))) broken = 'did not recover when the faults were over';
  return { loaded, resumed, broken };
}
