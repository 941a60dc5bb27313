import { quote } from '../../errors/text';
import { cancelled, checkCancelled, HubError, sizeText } from './hubError';
import { checkEndpoint, checkToken, DEFAULT_ENDPOINT, type HubRepo } from './ids';
import { type Listing, maxListingBytes, parseListing } from './listing';
import { backOff, defaultRetry, retryAfter, type RetryPolicy } from './retry';

/** An answer whose body is read piece by piece; `headers` gives the first value along the redirects. */
export interface Answer {
  status: number;
  header(name: string): string | null;
  /** As `header`, of the last answer alone. */
  ownHeader(name: string): string | null;
  /** Pieces as they come. Throws HubError (`offline`) when the connection breaks or stands still. */
  body(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Lets go of an answer that is not read. */
  drop(): void;
}

const MAX_REDIRECTS = 8;
const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

/** Requests to one hub. The token lives in this object only and goes to the endpoint's own origin only. */
export class HubClient {
  readonly endpoint: string;
  readonly retry: RetryPolicy;
  #token: string | undefined;
  /** Set once a redirect could not be looked at: then this is a browser, which follows by itself. */
  private opaque = false;

  constructor({ endpoint = DEFAULT_ENDPOINT, token, retry }: { endpoint?: string; token?: string; retry?: Partial<RetryPolicy> } = {}) {
    this.#token = checkToken(token);
    this.endpoint = checkEndpoint(endpoint, this.#token);
    this.retry = { ...defaultRetry, ...retry };
  }

  /** The commit of a revision and its files. Throws HubError. */
  async list(repo: HubRepo, signal?: AbortSignal, patience: Partial<RetryPolicy> = {}): Promise<Listing> {
    const retry = { ...this.retry, ...patience };
    const path = `/api/${repo.kind}s/${repo.id}/revision/${encodeURIComponent(repo.revision)}?blobs=true`;
    for (let failures = 1; ; failures++) {
      try {
        const answer = await this.get(path, repo, null, {}, signal, retry.stallMs);
        return parseListing(await readBounded(answer, maxListingBytes, this.endpoint));
      } catch (error) {
        checkCancelled(signal);
        await backOff(error, failures, retry, signal);
      }
    }
  }

  /** One file at a commit. Answers 200, 206 and 416 are returned, everything else is thrown as HubError. */
  file(repo: HubRepo, commit: string, path: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer> {
    const folder = repo.kind === 'dataset' ? '/datasets/' : '/';
    return this.get(`${folder}${repo.id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`, repo, path, headers, signal);
  }

  private async get(path: string, repo: HubRepo, file: string | null, headers: Record<string, string>, signal: AbortSignal | undefined, stallMs = this.retry.stallMs): Promise<Answer> {
    checkCancelled(signal);
    const watch = new Watch(signal, stallMs, this.endpoint);
    try {
      const { response, seen } = await this.follow(this.endpoint + path, headers, watch);
      const answer = answerOf(response, seen, watch, this.endpoint);
      if ([200, 206, 416].includes(response.status)) return answer;
      answer.drop();
      throw this.trouble(response, repo, file);
    } catch (error) {
      watch.end();
      throw watch.translate(error);
    }
  }

  /** Follows redirects by hand, so that the token stays with the endpoint's origin. */
  private async follow(start: string, headers: Record<string, string>, watch: Watch): Promise<{ response: Response; seen: Headers[] }> {
    const home = new URL(this.endpoint).origin;
    const seen: Headers[] = [];
    let url = new URL(start);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const sent = new Headers(headers);
      if (this.#token !== undefined && url.origin === home) sent.set('authorization', `Bearer ${this.#token}`);
      const init: RequestInit = { headers: sent, signal: watch.signal, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' };
      let response = await fetch(url, { ...init, redirect: this.opaque ? 'follow' : 'manual' });
      watch.beat();
      if (response.type === 'opaqueredirect') {
        // A browser hides where a redirect leads. It follows by itself and, as the fetch standard says, takes the
        // Authorization header off when the origin changes.
        this.opaque = true;
        response = await fetch(url, { ...init, redirect: 'follow' });
        watch.beat();
      }
      seen.push(response.headers);
      const location = isRedirect(response.status) ? response.headers.get('location') : null;
      if (location === null) return { response, seen };
      void response.body?.cancel().catch(() => {});
      if (!URL.canParse(location, url)) throw new HubError('answer', `${this.endpoint} redirects to something that is no address.`);
      const next = new URL(location, url);
      if (!/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol === 'http:')) {
        throw new HubError('answer', `${this.endpoint} redirects to ${quote(next.protocol)} addresses, which are not followed from ${url.protocol}`);
      }
      url = next;
    }
    throw new HubError('answer', `${this.endpoint} redirects more than ${MAX_REDIRECTS} times.`);
  }

  /** Error for an answer's status. */
  private trouble(response: Response, { kind, id, revision }: HubRepo, file: string | null): HubError {
    const { status, headers } = response;
    const code = headers.get('x-error-code') ?? '';
    const page = `${this.endpoint}/${kind === 'dataset' ? 'datasets/' : ''}${id}`;
    if (status === 401 && code !== 'GatedRepo') {
      if (this.#token === undefined) return new HubError('gated', `${this.endpoint} shows ${id} to nobody without an access token (401): it is private or gated, or does not exist. Check the id, or give a token that may read it.`);
      return new HubError(
        'gated',
        kind === 'dataset'
          ? `${this.endpoint} does not accept the access token for ${id} (401): it may have expired, or the data set does not exist. Check the id, or make a new token with read access.`
          : `${this.endpoint} does not accept the access token for ${id} (401): it may have expired, or the model does not exist. Check the id, or make a new token with read access.`,
      );
    }
    if (status === 401 || status === 403) {
      return new HubError('gated', `${id} is gated (${status}): open ${page} while logged in, accept its terms, then give an access token of that account that may read gated repositories.`);
    }
    if (status === 404 || status === 410) {
      if (file !== null) return new HubError('not-found', `${this.endpoint} has no ${quote(file)} in ${id} (${status}).`);
      if (code === 'RevisionNotFound') return new HubError('not-found', `${id} has no revision ${quote(revision)}; give a branch, tag or commit that ${page} shows.`);
      return new HubError(
        'not-found',
        kind === 'dataset'
          ? `${this.endpoint} has no data set ${id}, or it has no revision ${quote(revision)} (${status}); check the spelling.`
          : `${this.endpoint} has no model ${id}, or it has no revision ${quote(revision)} (${status}); check the spelling.`,
      );
    }
    if (status === 429) return new HubError('server', `${this.endpoint} gets too many requests from here (429); wait a while, or give an access token.`, retryAfter(headers.get('retry-after')));
    if (status >= 500 || status === 408) return new HubError('server', `${this.endpoint} has trouble of its own (${status}); try again later.`, retryAfter(headers.get('retry-after')));
    return new HubError('answer', `${this.endpoint} answered ${status} for ${file ?? id}; is the endpoint a hub?`);
  }
}

/** Ends a request that stands still or that the person cancels, and says which it was. */
class Watch {
  private readonly own = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly cancel = () => this.own.abort(cancelled());

  constructor(
    private readonly outer: AbortSignal | undefined,
    private readonly ms: number,
    private readonly endpoint: string,
  ) {
    outer?.addEventListener('abort', this.cancel, { once: true });
    this.beat();
  }

  get signal(): AbortSignal {
    return this.own.signal;
  }

  /** Something came. */
  beat(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.own.abort(new HubError('offline', `${this.endpoint} sent nothing for ${Math.round(this.ms / 1000)} seconds; check the connection and try again.`)), this.ms);
  }

  rest(): void {
    clearTimeout(this.timer);
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.cancel);
  }

  /** Ends the request itself. */
  drop(): void {
    this.end();
    this.own.abort();
  }

  translate(error: unknown): unknown {
    if (this.outer?.aborted) return cancelled();
    if (error instanceof HubError) return error;
    if (this.own.signal.reason instanceof HubError) return this.own.signal.reason;
    // Only the code: messages and causes of network errors may hold signed addresses.
    const code = (error as { cause?: { code?: unknown } }).cause?.code;
    return new HubError(
      'offline',
      typeof code === 'string'
        ? `${this.endpoint} cannot be reached (${code}); check the connection and the endpoint, then try again.`
        : `${this.endpoint} cannot be reached; check the connection and the endpoint, then try again.`,
    );
  }
}

function answerOf(response: Response, seen: Headers[], watch: Watch, endpoint: string): Answer {
  return {
    status: response.status,
    header: (name) => seen.map((h) => h.get(name)).find((v) => v !== null) ?? null,
    ownHeader: (name) => response.headers.get(name),
    drop: () => watch.drop(),
    async *body() {
      const reader = response.body?.getReader();
      try {
        while (reader) {
          watch.beat();
          const { done, value } = await reader.read();
          if (done) break;
          watch.rest(); // whoever writes it down may take their time
          yield value;
        }
      } catch (error) {
        const why = watch.translate(error);
        throw why instanceof HubError && why.kind === 'offline' && !watch.signal.aborted ? new HubError('offline', `The connection to ${endpoint} broke; try again, the download goes on from where it is.`) : why;
      } finally {
        watch.drop(); // also where the reader of the pieces stopped early
      }
    },
  };
}

/** The whole body, at most `most` bytes. */
async function readBounded(answer: Answer, most: number, endpoint: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body()) {
    size += piece.byteLength;
    if (size > most) throw new HubError('answer', `${endpoint} lists more than ${sizeText(most)} of file names; such repositories are not read.`);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
