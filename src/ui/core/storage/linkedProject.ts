/** Projects that a link names: the one that comes with the page, or one that lies online. */
export interface LinkedProject {
  /** As the link says it: the name of one that comes with the page, or an address. */
  said: string;
  /** SHA-256 of its file in hexadecimal; empty where the link carries none. */
  sha256: string;
}

/** Files of the projects that come with the page, by the names that links have for them. */
const bundled = { example: 'projects/fashion-mnist.fullrank', benchmark: 'projects/vision.fullrank' };
export type BundledProject = keyof typeof bundled;
export const bundledProject = (said: BundledProject): LinkedProject => ({ said, sha256: '' });
export const isBundled = (said: string): said is BundledProject => Object.hasOwn(bundled, said);

/** True for names of this computer, which no other finds by them. */
export const isLocal = (hostname: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/**
 * The address of a linked project; null for what no project is fetched from. Besides https it may lie where the page
 * itself comes from, as on a server of a classroom, or on this computer. `base` is the page's own address.
 */
export function addressOf(said: string, base: string): URL | null {
  const path = isBundled(said) ? bundled[said] : said;
  if (!URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  if (url.username !== '' || url.password !== '') return null;
  const near = url.origin === new URL(base).origin || isLocal(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && near) ? url : null;
}

/** Reads what a link says of a project; null where that is nothing to fetch, or no hash. `base` is the page's own address. */
export function readLinked(said: string, sha256: string, base = typeof location === 'undefined' ? 'http://localhost/' : location.href): LinkedProject | null {
  const hash = sha256.toLowerCase();
  return said !== '' && addressOf(said, base) && /^([0-9a-f]{64})?$/.test(hash) ? { said, sha256: hash } : null;
}

export const isSame = (a: LinkedProject | null | undefined, b: LinkedProject | null | undefined): boolean => a?.said === b?.said && a?.sha256 === b?.sha256;
