import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { hashOf } from './inputs.mjs';
import { cache, root, runTool, SetupError } from './run.mjs';

const inputs = ['src', 'shaders', 'public', 'vite.config.ts', 'package.json', 'package-lock.json'];
/** Parts of src that never reach the page. */
const notBuilt = /^src\/(cli|testing)\/|\.(test|cases|arbitrary)\.tsx?$/;

const dist = join(root, 'dist');
const stamp = join(cache, 'build');
const lock = join(cache, 'build.lock');

/** Two runs at once (a test run beside `npm start`) must not build into one folder: wait while another builder lives. */
async function takeLock() {
  mkdirSync(cache, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch {
      let alive = false;
      try {
        process.kill(Number(readFileSync(lock, 'utf8')), 0);
        alive = true;
      } catch {
        // The builder is gone, or the lock has just been released.
      }
      if (alive) await new Promise((done) => setTimeout(done, 200));
      else rmSync(lock, { force: true });
    }
  }
}

/** Text of one kind or another: the rest (pictures, weights, fonts) is compressed already, or hardly gets smaller. */
const compressible = /\.(html|m?js|css|json|map|webmanifest|txt|md|wgsl|svg)$/;
/** Bytes of a file below which compressing saves no packet, and above which it takes too long. */
const leastBytes = 1024;
const mostBytes = 32 * 1024 * 1024;

/**
 * Writes a compressed form of each text beside it, which is sent to whoever takes it.
 * @param {string} folder
 */
export function compressTexts(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const { size } = statSync(path);
    if (!compressible.test(name) || size < leastBytes || size > mostBytes) continue;
    const bytes = readFileSync(path);
    // Quality 8 takes about as long as 5, and a tenth of the time of 11, the default, for some more bytes.
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 8, [constants.BROTLI_PARAM_SIZE_HINT]: size } }));
    // Browsers take no Brotli from another computer's plain HTTP.
    writeFileSync(`${path}.gz`, gzipSync(bytes));
  }
}

/** Runs `vite build` when dist is missing or was built from other files; returns the folder. */
export async function ensureBuilt() {
  const current = () => existsSync(join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(inputs, notBuilt);
  if (current()) return dist;
  await takeLock();
  try {
    if (current()) return dist;
    console.log('Building (vite build) ...');
    const hash = hashOf(inputs, notBuilt);
    rmSync(stamp, { force: true });
    const code = await runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
    if (code !== 0) throw new SetupError(`The build failed with exit code ${code}; vite's own message is above.`);
    compressTexts(dist);
    writeFileSync(stamp, hash);
    return dist;
  } finally {
    rmSync(lock, { force: true });
  }
}
