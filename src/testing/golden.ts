import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';
import { bytesAccess, openSafetensors, type TensorSource } from '../io/safetensors';

/** Numbers from PyTorch, transformers and PEFT: a few beside the tests, all of them in a folder beside the repository. */
const fixtures = resolve(import.meta.dirname, 'fixtures');
const beside = resolve(import.meta.dirname, '../../../shared');
const shared = join(beside, 'reference');
const sharedThere = existsSync(shared);

/** Where a golden file or folder lies: the full reference where it is there, else the copy in fixtures; null when neither has it. */
export function goldenPath(path: string): string | null {
  return [shared, fixtures].map((root) => join(root, path)).find((p) => existsSync(p)) ?? null;
}

/** Something else that lies beside the repository (`models/...`, `data/...`); null where it is absent. */
export function sharedPath(path: string): string | null {
  const found = join(beside, path);
  return existsSync(found) ? found : null;
}

/** `describe` for what needs a file of `sharedPath`: skipped, and said so, where it is absent. */
export function describeShared(name: string, needs: string, body: () => void): void {
  if (!sharedPath(needs)) console.warn(`SKIPPED: ${name}: ../shared/${needs} is absent`);
  describe.skipIf(!sharedPath(needs))(name, body);
}

/** Names in a golden folder, of the reference and of the copies. */
export function goldenNames(folder: string): string[] {
  const list = (root: string) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  return [...new Set([...list(shared), ...list(fixtures)])].sort();
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
