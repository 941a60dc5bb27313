import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError, which } from './run.mjs';

/** Path of a Chromium or Chrome: $CHROMIUM, or one on the PATH. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : which([named]);
  return which(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
}

/** Path of a Firefox that can have WebGPU: $FIREFOX, or one on the PATH. The releases before 141, ESR 140 among them, have none whatever is set in them. */
export function findFirefox() {
  const named = process.env.FIREFOX;
  const path = named && existsSync(named) ? named : which(named ? [named] : ['firefox-esr', 'firefox']);
  if (!path) return undefined;
  const version = /Firefox (\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1];
  return Number(version) >= 141 ? path : undefined;
}

/**
 * Arguments that start Chromium for tests and the benchmark. $FULLRANK_ADAPTER: `swiftshader` (the default) is Chromium's own
 * software adapter, the same on every machine; `default` takes the machine's GPU.
 */
export function chromiumArgs() {
  const adapter = process.env.FULLRANK_ADAPTER ?? 'swiftshader';
  return [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-webgpu',
    `--use-webgpu-adapter=${adapter}`,
    ...(adapter === 'swiftshader' ? [] : ['--enable-features=Vulkan', '--ignore-gpu-blocklist']),
  ];
}

/** True when Dawn will find a GPU API: Metal and D3D12 are always there, Vulkan is a loader and at least one driver. */
export function hasGpuDriver() {
  if (process.platform !== 'linux') return true;
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const drivers = named
    ? named.split(':').some((path) => existsSync(path))
    : ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'].some(
        (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
      );
  const libraries = [
    ...(process.env.LD_LIBRARY_PATH ?? '').split(':'),
    ...['/usr/lib', '/lib', '/usr/lib64', '/usr/local/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'],
  ];
  return drivers && libraries.some((folder) => folder && existsSync(join(folder, 'libvulkan.so.1')));
}

/** True where packages can be installed without asking. */
const canInstall = () => process.getuid?.() === 0 && which(['apt-get']) !== undefined;

/** @param {string[]} packages @returns {Promise<boolean>} */
async function install(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // An update that fails (one dead mirror among several) need not stop the install.
  await run('apt-get', ['update', '-q'], { env });
  return (await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })) === 0;
}

/**
 * Installs through apt what the named tests need and the system lacks, where that is possible; says what to install where not.
 * Firefox is asked for and not needed: its tests are skipped without it.
 * @param {{ chromium: boolean, firefox: boolean, vulkan: boolean }} need
 */
export async function ensureSystem(need) {
  await ensureNeeded(need);
  if (!need.firefox || (findFirefox() && hasGpuDriver())) return;
  if (canInstall()) {
    console.log('Installing Firefox ...');
    await install(['firefox-esr', 'mesa-vulkan-drivers', 'libvulkan1']);
  }
  if (!findFirefox() || !hasGpuDriver()) console.log('There is no Firefox with WebGPU (141 or later; or no Vulkan driver for it) on this system: the tests in Firefox are skipped. Set $FIREFOX to its path.');
}

/** @param {{ chromium: boolean, vulkan: boolean }} need */
async function ensureNeeded(need) {
  const missing = () => [
    ...(need.chromium && !findChromium() ? ['chromium'] : []),
    ...(need.vulkan && !hasGpuDriver() ? ['mesa-vulkan-drivers', 'libvulkan1'] : []),
  ];
  const packages = missing();
  if (packages.length === 0) return;
  const what = [
    ...(packages.includes('chromium') ? ['Chromium (or set $CHROMIUM to its path)'] : []),
    ...(packages.includes('libvulkan1') ? ['a Vulkan driver'] : []),
  ].join(' and ');
  const apt = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const tellThem = `The tests need ${what}: install with "${apt}" as root, or your system's equivalent.`;
  if (!canInstall()) throw new SetupError(tellThem);

  console.log(`Installing ${what} (${apt}) ...`);
  if (!(await install(packages)) || missing().length > 0) throw new SetupError(tellThem);
}
