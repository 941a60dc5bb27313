import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HubFile } from './listing';

/** A hash that takes its bytes piece by piece, which WebCrypto cannot. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** The hasher that a file's hash asks for; null when none is known. */
export function hasherFor({ hash, size }: HubFile): Hasher | null {
  if (!hash) return null;
  const state = hash.kind === 'sha256' ? sha256.create() : sha1.create();
  // git hashes a header in front of the bytes.
  if (hash.kind === 'git-sha1') state.update(new TextEncoder().encode(`blob ${size}\0`));
  return { update: (bytes) => void state.update(bytes), hex: () => bytesToHex(state.digest()) };
}
