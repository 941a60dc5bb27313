import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/** Hash of all that lies at these paths of the repository, files and folders, without those whose path is `aside`: what is made of it is of today while it stays the same. @param {readonly string[]} inputs @param {RegExp} aside */
export function hashOf(inputs, aside) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(root, input);
    const files = statSync(path).isFile() ? [path] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name)).sort();
    for (const file of files) {
      const name = file.slice(root.length).replaceAll('\\', '/');
      if (!aside.test(name.slice(1))) hash.update(`${name}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}
