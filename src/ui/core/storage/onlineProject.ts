import { formatSize } from '../../../language/format';

/** Fetching projects that lie online. Nothing is fetched before a person asks for it, and nothing before its size is known to be within bounds. */

/** Most bytes of a project that is fetched by a link. */
export const mostBytes = 250e6;

/** Reason for not fetching a project, with the amount behind it. */
export class OnlineProblem extends Error {
  constructor(
    readonly why: 'large' | 'unknown' | 'differs',
    readonly amount = '',
  ) {
    super(why);
  }
}

/** Nothing of the person goes along. */
const plainly: RequestInit = { credentials: 'omit', referrerPolicy: 'no-referrer' };

/** Name of the file at an address, which may be any text: what turns the direction of writing goes, like slashes and control characters. */
export const fileNameOf = (url: URL): string => decoded(url.pathname.split('/').at(-1) || url.hostname).replaceAll(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ').slice(0, 100);

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // percent signs that stand for nothing
  }
}

/** The size of a file in bytes, without fetching it; null where its server does not tell. Throws when it is not there, or not for this page. */
export async function sizeOnline(url: URL): Promise<number | null> {
  const response = await fetch(url, { ...plainly, method: 'HEAD' });
  if (!response.ok) throw new Error(String(response.status));
  return lengthOf(response);
}

/** Length of a file as the server states it; null for a packed answer, whose length is another. */
function lengthOf({ headers }: Response): number | null {
  const declared = headers.get('content-length');
  return declared && !headers.get('content-encoding') ? Number(declared) : null;
}

/** The bytes of a file, of which `onBytes` is told as they come. Throws an `OnlineProblem` for too many, and for others than the hash is of. */
export async function fetchOnline(url: URL, sha256: string, signal: AbortSignal, onBytes: (done: number, total: number) => void): Promise<Blob> {
  const response = await fetch(url, { ...plainly, signal });
  if (!response.ok) throw new Error(String(response.status));
  const total = lengthOf(response) ?? 0;
  const reader = response.body!.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const { sha256: hash } = await import('@noble/hashes/sha2.js');
  const digest = hash.create();
  let done = 0;
  const tooMuch = async (bytes: number, why: 'large' | 'unknown') => {
    if (bytes <= mostBytes) return;
    await reader.cancel();
    throw new OnlineProblem(why, formatSize(bytes));
  };
  await tooMuch(total, 'large');
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    done += next.value.length;
    await tooMuch(done, 'unknown');
    parts.push(next.value);
    digest.update(next.value);
    onBytes(done, total);
  }
  const { bytesToHex } = await import('@noble/hashes/utils.js');
  if (sha256 && bytesToHex(digest.digest()) !== sha256) throw new OnlineProblem('differs');
  return new Blob(parts);
}
