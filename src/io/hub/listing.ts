import * as z from 'zod/mini';
import { FormatError } from '../formatError';
import { parseJson } from '../checkpoint';
import { HubError } from './hubError';
import { isSafePath } from './ids';

/** A file of a repository as the hub lists it. */
export interface HubFile {
  path: string;
  /** Null where the endpoint does not tell. */
  size: number | null;
  /** Expected hash of its bytes: SHA-256 for large files, git's SHA-1 (`blob SIZE\0` and the bytes) for small ones. */
  hash: { kind: 'sha256' | 'git-sha1'; hex: string } | null;
}

export interface Listing {
  /** All files belong to this commit. */
  commit: string;
  files: HubFile[];
}

export const maxListingBytes = 32 * 1024 * 1024;
const maxFiles = 100_000;
const size = z.int().check(z.gte(0), z.lte(2 ** 45));
const hex = (digits: number) => z.string().check(z.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));

/** `/api/models/ID/revision/REV?blobs=true`: what we use of it. */
const apiAnswer = z.looseObject({
  sha: hex(40),
  siblings: z
    .array(
      z.looseObject({
        rfilename: z.string(),
        size: z.nullish(size),
        blobId: z.nullish(z.string()),
        lfs: z.nullish(z.looseObject({ size: z.nullish(size), sha256: z.nullish(hex(64)) })),
      }),
    )
    .check(z.maxLength(maxFiles)),
});

/** Our own record of a complete snapshot, in the cache. */
const manifest = z.strictObject({
  commit: hex(40),
  files: z.array(z.strictObject({ path: z.string().check(z.refine(isSafePath)), size, hash: z.nullable(z.strictObject({ kind: z.enum(['sha256', 'git-sha1']), hex: z.string() })) })).check(z.maxLength(maxFiles)),
});

/** Reads the hub's answer. Paths that could lead out of the folder are left out, as if they did not exist. Throws HubError (`answer`). */
export function parseListing(bytes: Uint8Array): Listing {
  const { sha, siblings } = parsed(bytes, apiAnswer, "The hub's list of files");
  const files = new Map<string, HubFile>();
  for (const { rfilename: path, size, blobId, lfs } of siblings) {
    if (!isSafePath(path) || files.has(path)) continue;
    const sha256 = lfs?.sha256 ? { kind: 'sha256' as const, hex: lfs.sha256 } : null;
    // The blob of a large file is only a pointer to it.
    const blob = !lfs && blobId && /^[0-9a-f]{40}$/.test(blobId) && size != null ? { kind: 'git-sha1' as const, hex: blobId } : null;
    files.set(path, { path, size: lfs?.size ?? size ?? null, hash: sha256 ?? blob });
  }
  return { commit: sha, files: [...files.values()] };
}

export type Manifest = z.output<typeof manifest>;

/** Reads the cache's record of a snapshot. Throws HubError (`answer`). */
export const parseManifest = (bytes: Uint8Array): Manifest => parsed(bytes, manifest, "The cache's list of files");

function parsed<T extends z.ZodMiniType>(bytes: Uint8Array, schema: T, what: string): z.output<T> {
  try {
    return parseJson(bytes, what, schema);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new HubError('answer', `${error.message} Is the endpoint a hub?`);
  }
}
