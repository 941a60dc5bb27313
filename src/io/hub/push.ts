import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod/mini';
import { HubError } from './hubError';
import { checkEndpoint, checkToken, DEFAULT_ENDPOINT, parseHubId } from './ids';
import { putBlob } from './put';

/** A file to push; a large one may be a Blob, which browsers keep outside the JavaScript heap. */
export interface PushedFile {
  path: string;
  bytes: Uint8Array | Blob;
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
  /** Bytes of large files that the hub's store has, and of all of them. */
  onBytes?: (done: number, total: number) => void;
}

const SAMPLE = 512;
/** Bytes that are hashed at a time; in between, a cancel comes through. */
const PIECE = 4 * 2 ** 20;
const LFS = 'application/vnd.git-lfs+json';

/** Base64 of a blob, in pieces that a call takes as arguments. */
async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** SHA-256 of a blob in hex. Throws when aborted. */
async function sha256Of(blob: Blob, signal: AbortSignal | undefined): Promise<string> {
  const state = sha256.create();
  for (let at = 0; at < blob.size; at += PIECE) {
    state.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
    signal?.throwIfAborted();
  }
  return bytesToHex(state.digest());
}

/**
 * Puts files into a model repository of the hub as one commit on `main`; the repository is made where it is not there. The hub says
 * which files are large (LFS): those go to its store first, by addresses that it signs and that get no token. Returns the
 * repository's address and the commit. Throws HubError, or what `signal` was aborted with: then no file has changed. Source: the
 * hub's HTTP API, as @huggingface/hub uses it.
 */
export async function pushFiles(to: string, given: readonly PushedFile[], { endpoint, token, message, private: hidden = false, signal, onBytes }: PushOptions): Promise<{ url: string; commit: string }> {
  const repository = new Repository(to, token, endpoint, signal);
  await repository.make(hidden);
  const { large, small } = await repository.sorted(given.map(({ path, bytes }) => ({ path, blob: new Blob([bytes as BlobPart]) })));
  const hashed: HashedFile[] = [];
  for (const file of large) hashed.push({ ...file, oid: await sha256Of(file.blob, signal), size: file.blob.size });
  await repository.store(hashed, onBytes);
  return { url: repository.url, commit: await repository.commit(message, small, hashed) };
}

interface NamedBlob {
  path: string;
  blob: Blob;
}

/** A file of the hub's store, with its SHA-256. */
interface HashedFile extends NamedBlob {
  oid: string;
  size: number;
}

const preupload = z.object({ files: z.array(z.object({ path: z.string(), uploadMode: z.enum(['lfs', 'regular']), shouldIgnore: z.optional(z.boolean()) })) });
const action = z.optional(z.object({ href: z.url({ protocol: /^https?$/ }), header: z.optional(z.record(z.string(), z.string())) }));
const object = z.object({ oid: z.string(), error: z.optional(z.object({ message: z.string() })), actions: z.optional(z.object({ upload: action, verify: action })) });
const batch = z.object({ objects: z.array(object) });
const committed = z.object({ commitOid: z.string().check(z.regex(/^[0-9a-f]{7,64}$/)) });

/** Checks the destination of a push by its form alone. Throws HubError (`id`). */
export function checkTarget(to: string, secret: string, endpoint = DEFAULT_ENDPOINT): { id: string; token: string; endpoint: string } {
  const { id } = parseHubId(to);
  const token = checkToken(secret)!;
  return { id, token, endpoint: checkEndpoint(endpoint, token) };
}

/** A model repository that is written to. */
class Repository {
  readonly url: string;
  readonly #token: string;
  private readonly endpoint: string;
  private readonly id: string;

  constructor(to: string, token: string, endpoint: string | undefined, private readonly signal?: AbortSignal) {
    const target = checkTarget(to, token, endpoint);
    this.#token = target.token;
    this.endpoint = target.endpoint;
    this.id = target.id;
    this.url = `${this.endpoint}/${this.id}`;
  }

  /** Makes it, where it is not there (409). */
  async make(hidden: boolean): Promise<void> {
    const [organization, name] = this.id.split('/');
    await this.post('/api/repos/create', { type: 'model', name, organization, private: hidden }, { allow: 409 });
  }

  /** Sorts files into those for the store of large ones and those for the commit itself; drops those that the repository ignores. */
  async sorted(files: NamedBlob[]): Promise<{ large: NamedBlob[]; small: NamedBlob[] }> {
    const asked = await Promise.all(files.map(async ({ path, blob }) => ({ path, size: blob.size, sample: await base64(blob.slice(0, SAMPLE)) })));
    const modes = new Map((await this.ask(`/api/models/${this.id}/preupload/main`, { files: asked }, preupload)).files.map((mode) => [mode.path, mode]));
    const kept = files.filter(({ path }) => !modes.get(path)?.shouldIgnore);
    const isLarge = ({ path }: NamedBlob) => modes.get(path)?.uploadMode === 'lfs';
    return { large: kept.filter(isLarge), small: kept.filter((file) => !isLarge(file)) };
  }

  /** Sends large files to where the hub says, where they are not there yet, and has the hub look at them. */
  async store(files: HashedFile[], onBytes: PushOptions['onBytes'] = () => {}): Promise<void> {
    if (files.length === 0) return;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const asked = { operation: 'upload', transfers: ['basic'], hash_algo: 'sha_256', objects: files.map(({ oid, size }) => ({ oid, size })) };
    const { objects } = await this.ask(`/${this.id}.git/info/lfs/objects/batch`, asked, batch, LFS);
    let done = 0;
    onBytes(0, total);
    for (const file of files) {
      const answer = objects.find(({ oid }) => oid === file.oid);
      if (!answer) throw this.noHub();
      await this.storeOne(file, answer, (bytes) => onBytes(done + bytes, total));
      onBytes((done += file.size), total);
    }
  }

  private async storeOne({ blob, oid, size }: HashedFile, { actions, error }: z.output<typeof object>, onSent: (bytes: number) => void): Promise<void> {
    const { endpoint, id, signal } = this;
    if (error) throw new HubError('server', `${endpoint} does not take a file of ${id}: ${error.message}`);
    if (!actions?.upload) return;
    const status = await putBlob(actions.upload.href, actions.upload.header ?? {}, blob, { signal, onSent }).catch(() => this.unreached());
    if (status < 200 || status > 299) throw new HubError('server', `The store of ${endpoint} answered ${status} to a file of ${id}; try again later.`);
    if (!actions.verify) return;
    const own = new URL(actions.verify.href).origin === new URL(endpoint).origin;
    const headers = { ...actions.verify.header, 'content-type': LFS, ...(own && this.authorization()) };
    const verified = await fetch(actions.verify.href, { method: 'POST', headers, body: JSON.stringify({ oid, size }), credentials: 'omit', signal }).catch(() => this.unreached());
    if (!verified.ok) throw new HubError('server', `${endpoint} did not find a file of ${id} whole (${verified.status}); try again.`);
  }

  /** All files in one commit; its hash. */
  async commit(summary: string, small: NamedBlob[], large: HashedFile[]): Promise<string> {
    const contents = await Promise.all(small.map(async ({ path, blob }) => ({ key: 'file', value: { path, content: await base64(blob), encoding: 'base64' } })));
    const pointers = large.map(({ path, oid, size }) => ({ key: 'lfsFile', value: { path, algo: 'sha256', oid, size } }));
    const lines = [{ key: 'header', value: { summary, description: '' } }, ...contents, ...pointers];
    const answer = await this.ask(`/api/models/${this.id}/commit/main`, lines.map((line) => JSON.stringify(line)).join('\n'), committed, 'application/x-ndjson');
    return answer.commitOid;
  }

  /** A request whose answer has this form. */
  private async ask<T extends z.ZodMiniType>(path: string, body: unknown, form: T, type?: string): Promise<z.output<T>> {
    const response = await this.post(path, body, { type });
    const { data, success } = z.safeParse(form, await response.json().catch(() => this.signal?.throwIfAborted()));
    if (!success) throw this.noHub();
    return data;
  }

  /** A request to the hub itself; answers that are no success are thrown. */
  private async post(path: string, body: unknown, { type = 'application/json', allow }: { type?: string; allow?: number }): Promise<Response> {
    const headers = { ...this.authorization(), 'content-type': type, ...(type === LFS && { accept: LFS }) };
    const init: RequestInit = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body), redirect: 'error', credentials: 'omit', signal: this.signal };
    const response = await fetch(this.endpoint + path, init).catch(() => this.unreached());
    if (!response.ok && response.status !== allow) throw refused(response.status, this.id, this.endpoint);
    return response;
  }

  private authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** Reports a failed request without its addresses, which may be signed. */
  private unreached(): never {
    this.signal?.throwIfAborted();
    throw new HubError('offline', `${this.endpoint} cannot be reached; check the connection and the endpoint, then try again.`);
  }

  private noHub(): HubError {
    return new HubError('answer', `${this.endpoint} does not answer for ${this.id} as a hub does; check the endpoint.`);
  }
}

function refused(status: number, id: string, endpoint: string): HubError {
  if (status === 401) return new HubError('gated', `${endpoint} does not accept the access token (401): it may have expired; make one with write access.`);
  if (status === 403) return new HubError('gated', `This access token may not write to ${id} (403): it needs write access, and ${id} must be yours or your organisation's.`);
  if (status === 404) return new HubError('not-found', `${endpoint} has no repository ${id}, and none was made (404); check the spelling.`);
  if (status === 429 || status >= 500) return new HubError('server', `${endpoint} has trouble of its own (${status}); try again later.`);
  return new HubError('answer', `${endpoint} answered ${status} for ${id}; is the endpoint a hub?`);
}
