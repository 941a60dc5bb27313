import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, SetupError } from './run.mjs';

/** True when node_modules holds exactly the versions that package-lock.json names. npm writes its own list last, so an interrupted install reads as not installed. */
function installed() {
  const listed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(listed)) return false;
  /** @param {string} path @returns {Record<string, { version: string, optional?: boolean }>} */
  const packages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  try {
    const want = packages(join(root, 'package-lock.json'));
    const have = packages(listed);
    return Object.entries(want).every(
      ([path, { version, optional }]) => path === '' || (have[path] ? have[path].version === version : optional === true),
    );
  } catch {
    return false;
  }
}

/** Runs `npm ci` when node_modules does not match package-lock.json. */
export async function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Fullrank needs Node 20.19 or newer, and this is Node ${process.versions.node}.`);
  }
  if (installed()) return;
  console.log('Installing packages (npm ci) ...');
  // The tools that build and test are development packages, whatever NODE_ENV says.
  const code = await run('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
  if (code !== 0) throw new SetupError(`npm ci failed with exit code ${code}; its own message is above.`);
}
