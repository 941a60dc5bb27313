import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './run.mjs';
import { withoutComments } from './shaders.mjs';

/** Plugin for rolldown: `x?raw` is the text of a file, and `#shaders/x` lies in shaders/, as vite has it. */
export const texts = {
  name: 'texts',
  /** @param {string} id @param {string | undefined} importer */
  resolveId(id, importer) {
    if (!id.endsWith('?raw')) return null;
    return id.startsWith('#shaders/') ? join(root, id.slice(1)) : resolve(dirname(/** @type {string} */ (importer)), id);
  },
  /** @param {string} id */
  load(id) {
    if (!id.endsWith('?raw')) return null;
    const text = readFileSync(id.slice(0, -4), 'utf8');
    return `export default ${JSON.stringify(id.endsWith('.wgsl?raw') ? withoutComments(text) : text)}`;
  },
};
