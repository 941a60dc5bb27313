import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { said } from '../../said/said';
import { HubError } from './hubError';
import { checkEndpoint, checkToken, DEFAULT_ENDPOINT, parseHubId } from './ids';

/** A file to push. */
export interface PushedFile {
  path: string;
  bytes: Uint8Array;
}

export interface PushOptions {
  endpoint?: string;
  /** Kept in memory only, sent to the endpoint's origin only. */
  token: string;
  /** One line that says what is pushed. */
  message: string;
  /** Made private where it is made. */
  private?: boolean;
  signal?: AbortSignal;
}

const SAMPLE = 512;
const LFS = 'application/vnd.git-lfs+json';

/** Base64 of bytes, in pieces that a call takes as arguments. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/**
 * Puts files into a model repository of the hub as one commit on `main`; the repository is made where it is not there. The hub says
 * which files are large (LFS): those go to its store first, by addresses that it signs and that get no token. Returns the commit's
 * address. Throws HubError. Source: the hub's HTTP API, as @huggingface/hub uses it.
 */
export async function pushFiles(to: string, files: readonly PushedFile[], { endpoint: given = DEFAULT_ENDPOINT, token: secret, message, private: hidden = false, signal }: PushOptions): Promise<{ url: string; commit: string }> {
  const token = checkToken(secret)!;
  const endpoint = checkEndpoint(given, token);
  const { id } = parseHubId(to);
  const [organization, name] = id.split('/') as [string, string];

  /** One request to the hub itself. */
  const ask = async (path: string, body: unknown, { type = 'application/json', allow = [] }: { type?: string; allow?: number[] } = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type, ...(type === LFS && { accept: LFS }) };
    const response = await reach(endpoint + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body), redirect: 'error', credentials: 'omit', signal }, endpoint);
    if (allow.includes(response.status)) return null;
    if (!response.ok) throw refused(response.status, id, endpoint);
    return response.json();
  };

  // 409: it is there already.
  await ask('/api/repos/create', { type: 'model', name, organization, private: hidden }, { allow: [409] });
  const asked = { files: files.map(({ path, bytes }) => ({ path, size: bytes.length, sample: base64(bytes.subarray(0, SAMPLE)) })) };
  const { files: modes } = (await ask(`/api/models/${id}/preupload/main`, asked)) as { files: { path: string; uploadMode: 'lfs' | 'regular'; shouldIgnore?: boolean }[] };
  const modeOf = new Map(modes.map((mode) => [mode.path, mode]));
  const kept = files.filter(({ path }) => !modeOf.get(path)?.shouldIgnore);
  const large = kept.filter(({ path }) => modeOf.get(path)?.uploadMode === 'lfs').map((file) => ({ ...file, oid: bytesToHex(sha256(file.bytes)), size: file.bytes.length }));
  if (large.length) {
    const { objects } = (await ask(`/${id}.git/info/lfs/objects/batch`, { operation: 'upload', transfers: ['basic'], hash_algo: 'sha_256', objects: large.map(({ oid, size }) => ({ oid, size })) }, { type: LFS })) as { objects: LfsObject[] };
    for (const object of objects) await store(object, large.find(({ oid }) => oid === object.oid)!.bytes);
  }
  const lines = [
    { key: 'header', value: { summary: message, description: '' } },
    ...kept.filter((file) => !large.some(({ path }) => path === file.path)).map(({ path, bytes }) => ({ key: 'file', value: { path, content: base64(bytes), encoding: 'base64' } })),
    ...large.map(({ path, oid, size }) => ({ key: 'lfsFile', value: { path, algo: 'sha256', oid, size } })),
  ];
  const { commitOid } = (await ask(`/api/models/${id}/commit/main`, lines.map((line) => JSON.stringify(line)).join('\n'), { type: 'application/x-ndjson' })) as { commitOid: string };
  return { url: `${endpoint}/${id}`, commit: commitOid };

  /** Sends a large file to where the hub says, unless it is there, and has the hub look at it. */
  async function store({ actions, error }: LfsObject, bytes: Uint8Array): Promise<void> {
    if (error) throw new HubError('server', said`${endpoint} does not take a file of ${id}: ${error.message}`);
    if (!actions?.upload) return;
    const put = await reach(actions.upload.href, { method: 'PUT', headers: actions.upload.header ?? {}, body: bytes as Uint8Array<ArrayBuffer>, credentials: 'omit', referrerPolicy: 'no-referrer', signal }, endpoint);
    if (!put.ok) throw new HubError('server', said`The store of ${endpoint} answered ${put.status} to a file of ${id}; try again later.`);
    if (!actions.verify) return;
    const own = new URL(actions.verify.href).origin === new URL(endpoint).origin;
    const verified = await reach(actions.verify.href, { method: 'POST', headers: { ...actions.verify.header, 'content-type': LFS, ...(own && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ oid: bytesToHex(sha256(bytes)), size: bytes.length }), credentials: 'omit', signal }, endpoint);
    if (!verified.ok) throw new HubError('server', said`${endpoint} did not find a file of ${id} whole (${verified.status}); try again.`);
  }
}

interface LfsObject {
  oid: string;
  error?: { message: string };
  actions?: Record<'upload' | 'verify', { href: string; header?: Record<string, string> } | undefined>;
}

/** One request; what makes it fail is said without addresses, which may be signed. */
async function reach(url: string, init: RequestInit, endpoint: string): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    init.signal?.throwIfAborted();
    throw new HubError('offline', said`${endpoint} cannot be reached; check the connection and the endpoint, then try again.`);
  }
}

function refused(status: number, id: string, endpoint: string): HubError {
  if (status === 401) return new HubError('gated', said`${endpoint} does not accept the access token (401): it may have expired; make one with write access.`);
  if (status === 403) return new HubError('gated', said`This access token may not write to ${id} (403): it needs write access, and ${id} must be yours or your organisation's.`);
  if (status === 404) return new HubError('not-found', said`${endpoint} has no repository ${id}, and none was made (404); check the spelling.`);
  if (status === 429 || status >= 500) return new HubError('server', said`${endpoint} has trouble of its own (${status}); try again later.`);
  return new HubError('answer', said`${endpoint} answered ${status} for ${id}; is the endpoint a hub?`);
}
