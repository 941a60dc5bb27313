import { readFileSync } from 'node:fs';
import { describe } from 'vitest';
import { bytesAccess, openSafetensors, type TensorSource } from '../io/safetensors';
import { goldenPath, sharedPath, sharedThere } from './goldenFiles';

export { goldenNames, goldenPath, sharedPath } from './goldenFiles';

/** `describe` for what needs a file of `sharedPath`: skipped, and said so, where it is absent. */
export function describeShared(name: string, needs: string, body: () => void): void {
  if (!sharedPath(needs)) console.warn(`SKIPPED: ${name}: ../shared/${needs} is absent`);
  describe.skipIf(!sharedPath(needs))(name, body);
}

/** Opens a golden safetensors file. Throws when it is not there. */
export async function golden(path: string): Promise<TensorSource> {
  const found = goldenPath(path);
  if (!found) throw new Error(`no golden ${path}`);
  return openSafetensors(bytesAccess(new Uint8Array(readFileSync(found))));
}

/** A JSON file of the goldens. */
export const goldenJson = <T>(path: string): T => JSON.parse(readFileSync(goldenPath(path)!, 'utf8')) as T;

/** `describe` for goldens that only the full reference has: skipped, and said so, where it is absent. */
export function describeGolden(name: string, needs: string, body: () => void): void {
  const there = goldenPath(needs) !== null;
  if (!there) console.warn(`SKIPPED: ${name}: ${needs} is not in ../shared/reference`);
  describe.skipIf(!there)(name, body);
}

if (!sharedThere) console.warn('../shared/reference is absent: goldens run on the copies in src/testing/fixtures only');
