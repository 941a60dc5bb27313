import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Packages that ours does not bring, from where they are installed here; npm takes them as they are, and asks no registry. */
const beside = ['@webgpu/types', 'webgpu', 'sharp', 'typescript', '@types/node'];

/** Runs npm in a folder; what it says. Throws with all of it where it fails. */
const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });

export interface Installed {
  /** A project with the package in its node_modules, what it may have besides, and the examples. */
  folder: string;
  /** A folder with the package in its node_modules and nothing else. */
  alone: string;
  /** Paths in the package, and its bytes packed. */
  files: string[];
  packed: number;
  remove(): void;
}

/** The example of the README, as it stands there. */
export function readmeExample(): string {
  const [example, ...more] = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text);
  if (example === undefined || more.length > 0) throw new Error('The README has not one example in JavaScript.');
  return example;
}

/** Packs the package as `npm pack` does, installs it in an empty folder without a network, and puts the examples beside it. */
export function installPackage(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-package-'));
  const [{ filename, size, files }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder).replace(/^[^[]*(?=\[\s*{)/, '')) as [{ filename: string; size: number; files: { path: string }[] }];
  const dependencies = { fullrank: `file:${filename}`, ...Object.fromEntries(beside.map((name) => [name, `file:${join(root, 'node_modules', name)}`])) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', type: 'module', dependencies }));
  npm(folder, 'install', '--offline', '--ignore-scripts');
  for (const name of readdirSync(join(root, 'src/docs/examples'))) cpSync(join(root, 'src/docs/examples', name), join(folder, name), { recursive: true });
  const alone = mkdtempSync(join(tmpdir(), 'fullrank-alone-'));
  mkdirSync(join(alone, 'node_modules'));
  execFileSync('tar', ['xzf', join(folder, filename), '-C', join(alone, 'node_modules')]);
  renameSync(join(alone, 'node_modules/package'), join(alone, 'node_modules/fullrank'));
  return { folder, alone, files: files.map(({ path }) => path), packed: size, remove: () => [folder, alone].forEach((path) => rmSync(path, { recursive: true, force: true })) };
}
