import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Packages that ours does not bring, from where they are installed here; npm takes them as they are, and asks no registry. */
const beside = ['@webgpu/types', 'webgpu', 'sharp', 'typescript', '@types/node'];

/** Runs npm in a folder; what it says. Throws with all of it where it fails. */
const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });

export interface Installed {
  /** A project with the package in its node_modules, and the examples. */
  folder: string;
  /** Paths in the package, and its bytes packed. */
  files: string[];
  packed: number;
  remove(): void;
}

/** Packs the package as `npm pack` does, installs it in an empty folder without a network, and puts the examples beside it. */
export function installPackage(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-package-'));
  const [{ filename, size, files }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder).replace(/^[^[]*(?=\[\s*{)/, '')) as [{ filename: string; size: number; files: { path: string }[] }];
  const dependencies = { fullrank: `file:${filename}`, ...Object.fromEntries(beside.map((name) => [name, `file:${join(root, 'node_modules', name)}`])) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', type: 'module', dependencies }));
  npm(folder, 'install', '--offline', '--ignore-scripts');
  for (const name of readdirSync(join(root, 'src/docs/examples'))) cpSync(join(root, 'src/docs/examples', name), join(folder, name), { recursive: true });
  return { folder, files: files.map(({ path }) => path), packed: size, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
