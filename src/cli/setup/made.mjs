import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cache, root } from './run.mjs';

/**
 * Modules as vite has made them for Node, kept from one command to the next: to make them anew takes seconds, and most commands less.
 * One is of today while its file has the size and the time that it had; all are, while the sources have the names that they had, since
 * what an import or a pattern of paths leads to hangs on these, and what makes them is the same.
 */

/** @typedef {import('vite').FetchResult} FetchResult */

/** Size and time of a file; nothing where there is none. @param {string} path */
function stampOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { text: `${stats.mtimeMs} ${stats.size}`, changed: stats.mtimeMs };
}

/** What all of them hang on. */
function keyOfAll() {
  const hash = createHash('sha256').update(root);
  for (const folder of ['src', 'shaders']) for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) hash.update(`${name}\0`);
  for (const name of ['package.json', 'package-lock.json', '.tsconfig.base.json', 'tsconfig.json', 'src/cli/tsconfig.json', 'src/cli/load.mjs', 'src/cli/setup/made.mjs', 'src/cli/setup/nearChecks.mjs', 'node_modules/vite/package.json']) hash.update(stampOf(join(root, name))?.text ?? '');
  return hash.digest('hex');
}

/** What was kept. @param {string} file @param {string} key */
export function madeModules(file = join(cache, 'modules.json'), key = keyOfAll()) {
  /** By what is asked for; without a stamp where it lies outside, as packages do. @returns {Record<string, { stamp: string, result: FetchResult }>} */
  const read = () => {
    try {
      const { key: of, kept } = JSON.parse(readFileSync(file, 'utf8'));
      return of === key ? kept : {};
    } catch {
      return {}; // None yet.
    }
  };
  const kept = read();
  /** @type {typeof kept} */
  const fresh = {};
  return {
    /**
     * A module; `make` makes it where none of today is kept.
     * @param {string} url @param {string | undefined} importer @param {() => Promise<FetchResult>} make
     * @returns {Promise<FetchResult>}
     */
    async of(url, importer, make) {
      // Packages are found from where they are asked for.
      const name = url.startsWith('/') || url.startsWith('file:') ? url : `${url} from ${importer}`;
      const found = kept[name];
      if (found && (found.stamp === '' || ('file' in found.result && found.result.file && stampOf(found.result.file)?.text === found.stamp))) return found.result;
      const begun = Date.now();
      const result = await make();
      const stamp = 'file' in result && result.file ? stampOf(result.file) : undefined;
      if ('externalize' in result) fresh[name] = { stamp: '', result };
      // One that was written meanwhile may be another already.
      else if (stamp && stamp.changed < begun) fresh[name] = { stamp: stamp.text, result: { ...result, invalidate: false } };
      return result;
    },

    /** Keeps what is new for the next command, beside what others have made meanwhile. */
    keep() {
      if (Object.keys(fresh).length === 0) return;
      try {
        mkdirSync(dirname(file), { recursive: true });
        // Whole or not at all: other commands may read it meanwhile.
        writeFileSync(`${file}.${process.pid}.tmp`, JSON.stringify({ key, kept: { ...read(), ...fresh } }));
        renameSync(`${file}.${process.pid}.tmp`, file);
      } catch {
        // A disk that is full, or may not be written: the next command makes them again.
      }
    },
  };
}
