import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Numbers from PyTorch, transformers and PEFT: a few beside the tests, all of them in a folder beside the repository. */
const fixtures = resolve(import.meta.dirname, 'fixtures');
const beside = resolve(import.meta.dirname, '../../../shared');
const shared = join(beside, 'reference');
/** True if the full reference is present. */
export const sharedThere = existsSync(shared);

/** Path of a golden file or folder: in the full reference if that has it, else in the copy in fixtures; null when neither has it. */
export function goldenPath(path: string): string | null {
  return [shared, fixtures].map((root) => join(root, path)).find((p) => existsSync(p)) ?? null;
}

/** Something else that lies beside the repository (`models/...`, `data/...`); null where it is absent. */
export function sharedPath(path: string): string | null {
  const found = join(beside, path);
  return existsSync(found) ? found : null;
}

/** Names in a golden folder, of the reference and of the copies. */
export function goldenNames(folder: string): string[] {
  const list = (root: string) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  return [...new Set([...list(shared), ...list(fixtures)])].sort();
}
