import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { countEdits, type Edits } from '../data/edits.meta';
import { fingerprint } from './config';
import type { RunSpec } from './protocol';

/** Identifies what a run computes: a checkpoint is continued only by a run of the same print. */
export interface RunPrint {
  /** Of its settings (`fingerprint` of config.ts). */
  fingerprint: string;
  /** Of the edits of its data; empty without any. */
  edits: string;
}

export const runPrint = (spec: RunSpec): RunPrint => ({ fingerprint: fingerprint(spec), edits: spec.edits && countEdits(spec.edits) > 0 ? editsPrint(spec.edits) : '' });

/** Of two edits the same where they leave the same examples with the same labels in the same splits, in whatever order they were made. */
function editsPrint({ disabled_classes, disabled, relabelled, split, read }: Edits): string {
  const names = (some: readonly string[]) => [...new Set(some)].sort();
  // Stryker disable next-line EqualityOperator: no two have one name
  const labels = [...new Map(relabelled)].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([names(disabled_classes), names(disabled), labels, split && [split.seed, split.train, split.val, split.test], read ? byName(read) : null]);
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 16);
}

/** Entries that are set, sorted by name, as are those of nested objects. */
function byName(of: object): [string, unknown][] {
  const set: [string, unknown][] = Object.entries(of).filter(([, value]) => value !== undefined);
  // Stryker disable next-line EqualityOperator: no two have one name
  set.sort(([a], [b]) => (a < b ? -1 : 1));
  return set.map(([name, value]) => [name, typeof value === 'object' ? byName(value as object) : value]);
}
