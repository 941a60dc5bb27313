import { cut } from '../../errors/text';
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

/** What @huggingface/hub tells the fetch that it is given, besides what fetch itself knows. */
interface Hint {
  progressHint?: { numParts?: number; progressCallback(progress: number): void };
}

/**
 * Puts files into a model repository of the hub as one commit on `main`; the repository is made where it is not there. The hub says
 * which files are large (LFS): those go to its store first, by addresses that it signs and that get no token. Returns the
 * repository's address and the commit. Throws HubError, or what `signal` was aborted with: then no file has changed.
 */
export async function pushFiles(to: string, given: readonly PushedFile[], { endpoint: at, token: secret, message, private: hidden = false, signal, onBytes = () => {} }: PushOptions): Promise<{ url: string; commit: string }> {
  const { id, token, endpoint } = checkTarget(to, secret, at);
  const { commitIter, createRepo, HubApiError } = await import('@huggingface/hub');
  signal?.throwIfAborted();
  const line = lineTo(endpoint, signal);
  const common = { repo: id, accessToken: token, hubUrl: endpoint, fetch: line.fetch };
  try {
    await createRepo({ ...common, visibility: hidden ? 'private' : 'public' }).catch((error: unknown) => {
      // It is there.
      if (!(error instanceof HubApiError && error.statusCode === 409)) throw error;
    });
    const operations = given.map(({ path, bytes }) => ({ operation: 'addOrUpdate' as const, path, content: new Blob([bytes as BlobPart]) }));
    const counted = counting(new Map(operations.map(({ path, content }) => [path, content.size])), onBytes);
    // As plain LFS, which every hub speaks.
    const going = commitIter({ ...common, title: message, operations, useXet: false, abortSignal: signal });
    let next = await going.next();
    for (; !next.done; next = await going.next()) if (next.value.event === 'fileProgress') counted(next.value.path, next.value.state, next.value.progress);
    const oid = next.value?.commit.oid;
    if (!/^[0-9a-f]{7,64}$/.test(oid ?? '')) throw new TypeError('no commit');
    return { url: `${endpoint}/${id}`, commit: oid! };
  } catch (error) {
    signal?.throwIfAborted();
    if (line.isCut()) throw unreachable(endpoint);
    if (!(error instanceof HubApiError)) throw new HubError('answer', `${endpoint} does not answer for ${id} as a hub does; check the endpoint.`);
    // Messages of the client hold addresses, which may be signed; of the store's answer to a file the hub's own words.
    const own = /^Error while doing LFS batch call for .*?: (.*?)( - Request ID: |$)/.exec(error.message)?.[1];
    if (own !== undefined) throw new HubError('server', `${endpoint} does not take a file of ${id}: ${cut(own, 500)}`);
    if (line.isStore(error.url)) throw new HubError('server', `The store of ${endpoint} answered ${error.statusCode} to a file of ${id}; try again later.`);
    throw refused(error.statusCode, id, endpoint);
  }
}

/**
 * Asks a hub whose token it is, while nothing is made yet that could be pushed. Throws HubError where the hub cannot be reached or does not
 * accept the token, and where the token only reads, or is of somebody who is not the repository's owner nor of that organisation. What
 * a hub does not say is known when it is pushed.
 */
export async function checkWriter(to: string, { endpoint: at, token: secret }: Pick<PushOptions, 'endpoint' | 'token'>): Promise<void> {
  const { id, token, endpoint } = checkTarget(to, secret, at);
  const { whoAmI, HubApiError } = await import('@huggingface/hub');
  const line = lineTo(endpoint, undefined);
  const found = await whoAmI({ accessToken: token, hubUrl: endpoint, fetch: line.fetch }).catch((error: unknown) => {
    if (line.isCut()) throw unreachable(endpoint);
    const status = error instanceof HubApiError ? error.statusCode : 0;
    if (status === 401 || status === 403) throw refused(status, id, endpoint);
    return null;
  });
  const role = found?.auth?.accessToken?.role;
  const owners = found?.type === 'user' && role === 'write' && Array.isArray(found.orgs) ? [found.name, ...found.orgs.map(({ name }) => name)].map((name) => name.toLowerCase()) : null;
  if (role === 'read' || (owners && !owners.includes(id.replace(/\/.*/, '').toLowerCase()))) throw refused(403, id, endpoint);
}

/** The fetch that the client is given: the token goes to the endpoint's origin only, which redirects nowhere; cookies go nowhere. */
function lineTo(endpoint: string, signal: AbortSignal | undefined) {
  const isStore = (url: string) => new URL(url).origin !== new URL(endpoint).origin;
  let cut = false;
  const send = async (url: string, { progressHint, ...init }: RequestInit & Hint): Promise<Response> => {
    if (!isStore(url)) return fetch(url, { ...init, redirect: 'error', credentials: 'omit', signal });
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    // Of one of several parts the client wants an answer's headers.
    if (init.method !== 'PUT' || !(init.body instanceof Blob) || progressHint?.numParts) return fetch(url, { ...init, headers, credentials: 'omit', referrerPolicy: 'no-referrer', signal });
    const { size } = init.body;
    const status = await putBlob(url, Object.fromEntries(headers), init.body, { signal, onSent: (bytes) => progressHint?.progressCallback(bytes / size) });
    return Object.defineProperty(new Response(null, { status }), 'url', { value: url });
  };
  return {
    isStore,
    isCut: () => cut,
    fetch: (input: RequestInfo | URL, init: RequestInit = {}) =>
      send(input instanceof Request ? input.url : String(input), init).catch((error: unknown) => {
        cut = true;
        throw error;
      }),
  };
}

/** Sums progress of large files, all of which are hashed before the first leaves. */
function counting(sizes: ReadonlyMap<string, number>, onBytes: (done: number, total: number) => void) {
  const sent = new Map<string, number>();
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  return (path: string, state: string, progress: number): void => {
    sent.set(path, state === 'uploading' ? Math.round(progress * sizes.get(path)!) : 0);
    if (state === 'uploading') onBytes(sum(sent.values()), sum([...sent.keys()].map((one) => sizes.get(one)!)));
  };
}

/** Checks the destination of a push by its form alone. Throws HubError (`id`). */
export function checkTarget(to: string, secret: string, endpoint = DEFAULT_ENDPOINT): { id: string; token: string; endpoint: string } {
  const { id } = parseHubId(to);
  const token = checkToken(secret)!;
  return { id, token, endpoint: checkEndpoint(endpoint, token) };
}

const unreachable = (endpoint: string): HubError => new HubError('offline', `${endpoint} cannot be reached; check the connection and the endpoint, then try again.`);

function refused(status: number, id: string, endpoint: string): HubError {
  if (status === 401) return new HubError('gated', `${endpoint} does not accept the access token (401): it may have expired; make one with write access.`);
  if (status === 403) return new HubError('gated', `This access token may not write to ${id} (403): it needs write access, and ${id} must be yours or your organisation's.`);
  if (status === 404) return new HubError('not-found', `${endpoint} has no repository ${id}, and none was made (404); check the spelling.`);
  if (status === 429 || status >= 500) return new HubError('server', `${endpoint} has trouble of its own (${status}); try again later.`);
  return new HubError('answer', `${endpoint} answered ${status} for ${id}; is the endpoint a hub?`);
}
