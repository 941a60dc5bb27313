import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { countEdits, type Edits } from '../data/edits.meta';
import { fingerprint } from './config';
import type { RunSpec } from './protocol';

/** What a run computes: its settings (`fingerprint`), and edits of its data where there are any. A checkpoint is continued only where it is equal. */
export function runPrint(spec: RunSpec): string {
  const { edits } = spec;
  // Checkpoints of runs without edits have nothing of them.
  return fingerprint(spec) + (edits && countEdits(edits) > 0 ? ` edits ${editsPrint(edits)}` : '');
}

/** Of two edits the same where they leave the same examples with the same labels in the same splits, in whatever order they were made. */
function editsPrint({ disabled_classes, disabled, relabelled, split, read }: Edits): string {
  const names = (some: readonly string[]) => [...new Set(some)].sort();
  const labels = [...new Map(relabelled)].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([names(disabled_classes), names(disabled), labels, split && [split.seed, split.train, split.val, split.test], read ?? null]);
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 16);
}
