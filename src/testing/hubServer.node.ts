import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defined } from '../numbers/defined';

/** Content of a file; large ones may be made on the fly. */
export interface HubContent {
  size: number;
  at(start: number, end: number): Uint8Array;
  sha256: string;
  /** Stored as a large file: listed with its SHA-256 and sent by another origin. */
  lfs: boolean;
}

/** Fault of one request; the next request of the same file takes the next fault. */
export interface Fault {
  /** Answer this instead. */
  status?: number;
  headers?: Record<string, string>;
  /** Break the connection after so many bytes of the body. */
  dropAfter?: number;
  /** Stop sending after so many bytes, with the connection open. */
  hangAfter?: number;
  /** Milliseconds before the answer. */
  delayMs?: number;
  /** Flip a bit of the first byte sent. */
  corrupt?: boolean;
  /** Send, and announce, so many bytes less (or more, when negative). */
  shorter?: number;
}

export interface HubRequest {
  origin: 'hub' | 'cdn';
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  /** Status answered. */
  status: number;
}

/** A hub as tests need one: two origins, like huggingface.co and the store of its large files. */
export interface FakeHub {
  endpoint: string;
  /** The token that may write; nobody may when left out. */
  writer?: string;
  /** Words with which large files are refused, where they are. */
  full?: string;
  /** Objects of the store of large files, by hash. */
  objects: Map<string, Uint8Array>;
  cdn: string;
  log: HubRequest[];
  repos: Map<string, { commit: string; refs: Record<string, string>; files: Map<string, HubContent>; token?: string; gated?: boolean; private?: boolean }>;
  /** Answers ranges with 206. */
  ranges: boolean;
  /** Gives sizes and hashes in the listing. */
  listSizes: boolean;
  etag: (path: string, content: HubContent) => string;
  /** Queues faults for requests whose path ends so (`api` for the listing). */
  fail(path: string, ...faults: Fault[]): void;
  /** Forgets the faults that are still queued. */
  heal(): void;
  /** Closes both origins: nobody answers any more. */
  close(): Promise<void>;
}

const PIECE = 64 * 1024;

export function bytesContent(bytes: Uint8Array, lfs = bytes.byteLength > 1000): HubContent {
  return { size: bytes.byteLength, at: (start, end) => bytes.subarray(start, end), sha256: createHash('sha256').update(bytes).digest('hex'), lfs };
}

export const textContent = (value: unknown): HubContent => bytesContent(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)), false);

/** Bytes that repeat nowhere nearby, the same each time. */
export function noise(size: number, seed = 1): Uint8Array {
  const out = new Uint8Array(size);
  let x = seed;
  for (let i = 0; i < size; i++) out[i] = (x = (Math.imul(x, 1664525) + 1013904223) | 0) >>> 24;
  return out;
}

/** Headers that let a page of another origin in; the hub's own list of readable headers. */
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, range, if-range',
  'access-control-expose-headers': 'X-Repo-Commit, X-Error-Code, X-Error-Message, ETag, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag',
  'access-control-max-age': '600',
};

export const commitOf = (name: string): string => createHash('sha1').update(name).digest('hex');

/** Starts both origins on free local ports. */
export async function startHub(repos: Record<string, Record<string, HubContent>>): Promise<FakeHub> {
  const faults = new Map<string, Fault[]>();
  const hub: FakeHub = {
    endpoint: '',
    objects: new Map(),
    cdn: '',
    log: [],
    repos: new Map(),
    ranges: true,
    listSizes: true,
    etag: (_, content) => `"${content.sha256.slice(0, 32)}"`,
    fail: (path, ...list) => void faults.set(path, [...(faults.get(path) ?? []), ...list]),
    heal: () => faults.clear(),
    close: async () => {},
  };
  for (const [id, files] of Object.entries(repos)) hub.repos.set(id, { commit: commitOf(id), refs: { main: commitOf(id) }, files: new Map(Object.entries(files)) });
  const take = (url: string): Fault => {
    for (const [path, list] of faults) if (defined(url.split('?')[0]).endsWith(path) || (path === 'api' && url.startsWith('/api/'))) return list.shift() ?? {};
    return {};
  };
  const answer = async (origin: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '';
    const entry: HubRequest = { origin, method: request.method ?? '', url, headers: request.headers, status: 0 };
    hub.log.push(entry);
    response.on('close', () => (entry.status = response.statusCode));
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method === 'POST' || request.method === 'PUT') {
      const { status, hangAfter } = take(url);
      if (hangAfter !== undefined) return void request.resume();
      if (status) return void response.writeHead(status).end('');
      return void (await written(hub, origin, request, response));
    }
    // Faults of large files happen where their bytes come from.
    const located = locate(hub, origin, url);
    const fault = located && 'content' in located && located.content.lfs && origin === 'hub' ? {} : take(url);
    if (fault.delayMs) await new Promise((done) => setTimeout(done, fault.delayMs));
    if (fault.status) return void response.writeHead(fault.status, fault.headers).end('');
    if (url === '/api/whoami-v2') {
      const isWriter = hub.writer !== undefined && request.headers.authorization === `Bearer ${hub.writer}`;
      return void response.writeHead(isWriter ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(isWriter ? { type: 'user', name: 'me', orgs: [], auth: { accessToken: { role: 'write' } } } : {}));
    }
    if (!located) return void response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end();
    if ('error' in located) return void response.writeHead(located.error, { 'x-error-code': located.code }).end();
    const { repo } = located;
    if (origin === 'hub' && repo.token !== undefined && request.headers.authorization !== `Bearer ${repo.token}`) {
      return void response.writeHead(request.headers.authorization ? 403 : 401, repo.gated ? { 'x-error-code': 'GatedRepo' } : {}).end();
    }
    if ('listing' in located) return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(listing(hub, repo)));
    const { content, path } = located;
    if (origin === 'hub' && content.lfs) {
      const linked = hub.listSizes ? {} : { 'x-linked-size': String(content.size), 'x-linked-etag': `"${content.sha256}"` };
      return void response.writeHead(302, { location: `${hub.cdn}${url}?signature=secret-signature`, 'x-repo-commit': repo.commit, ...linked }).end();
    }
    await send(hub, request, response, path, content, fault);
  };
  const listen = async (origin: 'hub' | 'cdn'): Promise<[Server, string]> => {
    const server = createServer((request, response) => void answer(origin, request, response).catch(() => response.destroy()));
    // A connection that was closed for a pause of the test, as on a busy machine, would look like trouble with the hub.
    server.keepAliveTimeout = 600_000;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
  };
  const [main, endpoint] = await listen('hub');
  const [store, cdn] = await listen('cdn');
  Object.assign(hub, { endpoint, cdn });
  hub.close = async () => {
    for (const server of [main, store]) {
      if (!server.listening) continue;
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    }
  };
  return hub;
}

type Repo = FakeHub['repos'] extends Map<string, infer R> ? R : never;
type Located = { repo: Repo; listing: true } | { repo: Repo; content: HubContent; path: string } | { error: number; code: string };

/** Handles writes to the hub: creating a repository, announcing files, large ones to the store, a commit. */
async function written(hub: FakeHub, origin: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const path = decodeURIComponent(defined((request.url ?? '').split('?')[0]));
  const say = (status: number, value: unknown = {}): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (origin === 'cdn') {
    const oid = path.split('/').at(-1)!;
    const right = request.method === 'PUT' && new URL(request.url!, hub.cdn).searchParams.get('signature') === 'secret-signature' && createHash('sha256').update(body).digest('hex') === oid;
    if (right) hub.objects.set(oid, new Uint8Array(body));
    return say(right ? 200 : 403);
  }
  if (hub.writer === undefined || request.headers.authorization !== `Bearer ${hub.writer}`) return say(request.headers.authorization ? 403 : 401);
  const json = () => JSON.parse(body.toString()) as Record<string, unknown>;
  if (path === '/api/repos/create') {
    const { name, organization, visibility } = json();
    const id = `${String(organization)}/${String(name)}`;
    if (hub.repos.has(id)) return say(409);
    hub.repos.set(id, { commit: commitOf(id), refs: { main: commitOf(id) }, files: new Map(), private: visibility === 'private' });
    return say(200, { url: `${hub.endpoint}/${id}` });
  }
  const [, id = '', what] = /^(?:\/api\/models)?\/([^/]+\/[^/]+?)(?:\.git)?\/(preupload\/main|info\/lfs\/objects\/batch|verify|commit\/main)$/.exec(path) ?? [];
  const repo = hub.repos.get(id);
  if (!repo) return say(404);
  if (what === 'preupload/main') return say(200, { files: (json().files as { path: string }[]).map((file) => ({ path: file.path, uploadMode: /\.(safetensors|onnx|fullrank)$/.test(file.path) ? 'lfs' : 'regular' })) });
  if (what === 'info/lfs/objects/batch') {
    const objects = json().objects as { oid: string; size: number }[];
    return say(200, { objects: objects.map((object) => ({ ...object, ...(hub.full && { error: { code: 507, message: hub.full } }), ...(!hub.objects.has(object.oid) && { actions: { upload: { href: `${hub.cdn}/objects/${object.oid}?signature=secret-signature` }, verify: { href: `${hub.endpoint}/${id}/verify` } } }) })) });
  }
  if (what === 'verify') return say(hub.objects.has(json().oid as string) ? 200 : 404);
  for (const { key, value } of body.toString().split('\n').map((line) => JSON.parse(line) as { key: string; value: { path: string; content: string; oid: string } })) {
    if (key === 'file') repo.files.set(value.path, bytesContent(new Uint8Array(Buffer.from(value.content, 'base64')), false));
    else if (key === 'lfsFile' && hub.objects.has(value.oid)) repo.files.set(value.path, bytesContent(hub.objects.get(value.oid)!, true));
    else if (key !== 'header') return say(400);
  }
  repo.commit = commitOf(`${id} ${body.length}`);
  repo.refs = { main: repo.commit };
  return say(200, { commitOid: repo.commit });
}

function locate(hub: FakeHub, origin: string, url: string): Located | null {
  const path = decodeURIComponent(defined(url.split('?')[0]));
  const api = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)\/revision\/(.+)$/.exec(path);
  const file = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path);
  const repo = hub.repos.get((api ?? file)?.[2] ?? '');
  if (!repo) return null;
  const revision = defined((api ?? file)![3]);
  if (!Object.values(repo.refs).includes(revision) && repo.refs[revision] === undefined) return { error: 404, code: 'RevisionNotFound' };
  if (api) return origin === 'hub' ? { repo, listing: true } : null;
  const content = repo.files.get(defined(file![4]));
  return content ? { repo, content, path: defined(file![4]) } : { error: 404, code: 'EntryNotFound' };
}

function listing(hub: FakeHub, repo: Repo): unknown {
  const siblings = [...repo.files].map(([rfilename, { size, sha256, lfs, at }]) => {
    if (!hub.listSizes) return { rfilename };
    const blobId = lfs ? commitOf(sha256) : createHash('sha1').update(`blob ${size}\0`).update(at(0, size)).digest('hex');
    return { rfilename, size, blobId, ...(lfs ? { lfs: { sha256, size, pointerSize: 134 } } : {}) };
  });
  return { id: 'x', sha: repo.commit, private: false, gated: false, tags: ['vision'], siblings };
}

async function send(hub: FakeHub, request: IncomingMessage, response: ServerResponse, path: string, content: HubContent, fault: Fault): Promise<void> {
  const etag = hub.etag(path, content);
  const asked = hub.ranges ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') : null;
  const condition = request.headers['if-range'];
  const from = asked && (condition === undefined || condition === etag) ? Number(asked[1]) : 0;
  if (from >= content.size && from > 0) return void response.writeHead(416, { 'content-range': `bytes */${content.size}` }).end();
  const to = content.size - (fault.shorter ?? 0);
  const partial = from > 0 ? { 'content-range': `bytes ${from}-${to - 1}/${to}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { etag, 'content-length': to - from, ...partial, ...fault.headers });
  for (let at = from; at < to; at += PIECE) {
    const stop = fault.dropAfter ?? fault.hangAfter ?? Infinity;
    const sent = at - from;
    if (sent >= stop) {
      if (fault.hangAfter !== undefined) return;
      // What was written has to arrive before the connection breaks.
      await new Promise((done) => setTimeout(done, 20));
      return void response.destroy();
    }
    const end = Math.min(to, at + PIECE, from + stop);
    let piece: Uint8Array = end <= content.size ? content.at(at, end) : new Uint8Array(end - at);
    if (fault.corrupt && at === from) piece = piece.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    if (!response.write(piece)) await writable(response);
    if (response.destroyed) return;
    if (end < Math.min(to, at + PIECE)) at = end - PIECE; // stopped within a piece: the next round ends it
  }
  response.end();
}

function writable(response: ServerResponse): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      done();
    };
    response.on('drain', go).on('close', go);
  });
}
