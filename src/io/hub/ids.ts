import { quote } from '../../errors/text';
import { defined } from '../../numbers/defined';
import { HubError } from './hubError';

export type HubKind = 'model' | 'dataset';

/** A repository of a hub at a revision (branch, tag or commit). */
export interface HubRepo {
  kind: HubKind;
  /** `owner/name`. */
  id: string;
  revision: string;
  /** Of a data set that holds several: the folder of the one that is read. */
  config?: string;
}

export const DEFAULT_ENDPOINT = 'https://huggingface.co';
const part = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const commitHash = /^[0-9a-f]{40}$/;
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export const isCommit = (revision: string): boolean => commitHash.test(revision);

/** Part of an id behind the @: the revision, and the config as git has it of a folder, `main:sst2`. */
export const versionOf = ({ revision, config }: Pick<HubRepo, 'revision' | 'config'>): string => (config === undefined ? revision : `${revision}:${config}`);

/** The id by which a repository at a revision is known. */
export const hubIdOf = (repo: Pick<HubRepo, 'id' | 'revision' | 'config'>): string => (versionOf(repo) === 'main' ? repo.id : `${repo.id}@${versionOf(repo)}`);

/** True when text has the form `owner/name`, `owner/name@revision` or, of a data set, `owner/name@revision:config`. */
export function isHubId(text: string): boolean {
  try {
    parseHubId(text, 'dataset');
    return true;
  } catch {
    return false;
  }
}

/** Reads `owner/name` or `owner/name@version`, where a version may be given besides; without one it is `main` (`versionOf`). Throws HubError (`id`). */
export function parseHubId(text: string, kind: HubKind = 'model', version?: string, config?: string): HubRepo {
  const at = text.indexOf('@');
  const id = at < 0 ? text : text.slice(0, at);
  const parts = id.split('/');
  // As the hub has it: `--` and `..` are forbidden in names, which also makes our folder names unambiguous.
  if (id.length > 200 || parts.length !== 2 || !parts.every((p) => part.test(p)) || /--|\.\.|\.git$/.test(id)) {
    throw new HubError('id', `${quote(text)} is not a hub id; it has the form owner/name or owner/name@revision, e.g. google/vit-base-patch16-224.`);
  }
  const own = at < 0 ? undefined : text.slice(at + 1);
  if (own !== undefined && version !== undefined && own !== version) throw new HubError('id', `Two revisions are asked for, ${quote(own)} and ${quote(version)}; give one.`);
  const [revision, ...rest] = (own ?? version ?? 'main').split(':');
  const named = rest.length > 0 ? rest.join(':') : undefined;
  if (named !== undefined && config !== undefined && named !== config) throw new HubError('id', `Two configs are asked for, ${quote(named)} and ${quote(config)}; give one.`);
  const folder = named ?? config;
  if (folder === undefined) return { kind, id, revision: checkRevision(defined(revision)) };
  if (kind !== 'dataset') throw new HubError('id', `${quote(text)}: data sets have configs, models have none.`);
  if (!/^\w[\w .+-]{0,99}$/.test(folder)) throw new HubError('id', `${quote(folder)} is not a config; give the name of a folder of the data set.`);
  return { kind, id, revision: checkRevision(defined(revision)), config: folder };
}

/** A branch, tag, `refs/pr/N` or commit. Throws HubError (`id`). */
export function checkRevision(revision: string): string {
  if (!/^\w[\w./-]{0,199}$/.test(revision) || /\.\.|\/\/|\/\.|[/.]$/.test(revision)) {
    throw new HubError('id', `${quote(revision)} is not a revision; give a branch, a tag or a commit hash.`);
  }
  return revision;
}

/** True for a relative path with forward slashes that stays inside its folder and can be a file name everywhere. */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || path.length > 500 || /[\\\0-\x1f\x7f]/.test(path) || /^[A-Za-z]:/.test(path)) return false;
  if (/\p{Surrogate}/u.test(path)) return false;
  return path.split('/').every((p) => p !== '' && p !== '.' && p !== '..' && new TextEncoder().encode(p).length <= 255);
}

/**
 * A hub's root address without trailing slash, `http` or `https`, possibly with a path (a mirror below a folder).
 * Throws HubError (`id`), also when a token would go out unencrypted.
 */
export function checkEndpoint(text: string, token?: string): string {
  const url = URL.canParse(text) && text.length <= 200 ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new HubError('id', `${quote(text.replace(/\/\/[^/@]*@/, '//'))} is not the address of a hub; give something like ${DEFAULT_ENDPOINT}.`);
  }
  if (token !== undefined && url.protocol === 'http:' && !loopback.test(url.hostname)) {
    throw new HubError('id', `${url.origin} is not encrypted (http), so the access token is not sent there; give an https address, or no token.`);
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** An access token as a header can carry it; never echoed. Throws HubError (`id`). */
export function checkToken(token: string | undefined): string | undefined {
  const trimmed = token?.trim();
  if (!trimmed) return undefined;
  if (!/^[\x21-\x7e]{1,1000}$/.test(trimmed)) throw new HubError('id', 'The access token holds characters that no token has; copy it again.');
  return trimmed;
}

/** Folder of a repository in the cache: one for each endpoint, so that no mirror can stand in for another. */
export function cacheFolder(endpoint: string, { kind, id }: Pick<HubRepo, 'kind' | 'id'>): string {
  const url = new URL(endpoint);
  const host = encodeURIComponent((url.host + url.pathname).replace(/\/+$/, ''));
  return `${host}/${kind}s--${id.replace('/', '--')}`;
}

/** The way back from a folder's last part to the repository; null when it is none of ours. */
export function repoOfFolder(name: string): Pick<HubRepo, 'kind' | 'id'> | null {
  const match = /^(model|dataset)s--(.+?)--(.+)$/.exec(name);
  return match && isHubId(`${match[2]}/${match[3]}`) ? { kind: match[1] as HubKind, id: `${match[2]}/${match[3]}` } : null;
}
