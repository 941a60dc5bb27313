import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.wgsl': 'text/wgsl; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
  '.safetensors': 'application/octet-stream',
  '.onnx': 'application/octet-stream',
  '.bin': 'application/octet-stream',
};

/**
 * One byte range out of a `Range` header. Null: no usable range, send everything. `invalid`: answer 416.
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{ start: number, end: number } | 'invalid' | null} `end` is the last byte, included
 */
export function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Number(match[2]);
    return last === 0 || size === 0 ? 'invalid' : { start: Math.max(0, size - last), end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < start) return null;
  return start >= size ? 'invalid' : { start, end };
}

/**
 * The file that a URL path names inside `folder`, or null. Links that lead outside do not count.
 * @param {string} folder real path
 * @param {string} url
 */
function locate(folder, url) {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
    if (path.includes('\0')) return null;
    let full = realpathSync(join(folder, path));
    if (full !== folder && !full.startsWith(folder + sep)) return null;
    if (statSync(full).isDirectory()) full = realpathSync(join(full, 'index.html'));
    const stat = statSync(full);
    return stat.isFile() && full.startsWith(folder + sep) ? { full, stat } : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} workerPrelude
 */
function answer(folder, request, response, workerPrelude) {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  /** @param {number} status @param {string} text */
  const say = (status, text) => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return say(405, 'Only GET and HEAD are served.\n');
  }
  const url = request.url ?? '/';
  const found = locate(folder, url);
  if (!found) return say(404, 'Not found.\n');

  const { full, stat } = found;
  const etag = `"${stat.size.toString(16)}-${Math.round(stat.mtimeMs).toString(16)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Accept-Ranges', 'bytes');
  // The build puts a content hash into every name under assets; everything else is asked for again and answered 304.
  response.setHeader('Cache-Control', url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Content-Type', types[extname(full).toLowerCase()] ?? 'application/octet-stream');
  if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) {
    response.writeHead(304);
    return response.end();
  }

  if (workerPrelude && request.headers['sec-fetch-dest'] === 'worker') return response.end(workerPrelude + readFileSync(full, 'utf8'));

  const ifRange = request.headers['if-range'];
  const range = ifRange && ifRange !== etag ? null : parseRange(request.headers.range, stat.size);
  if (range === 'invalid') {
    response.setHeader('Content-Range', `bytes */${stat.size}`);
    return say(416, 'No such range.\n');
  }
  const { start, end } = range ?? { start: 0, end: stat.size - 1 };
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${stat.size}`);
  response.setHeader('Content-Length', end - start + 1);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD' || stat.size === 0) return response.end();
  const stream = createReadStream(full, { start, end });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

/**
 * Serves a folder over HTTP; takes the next free port when `port` is taken (0 asks the system for one).
 * @param {string} folder
 * @param {{ host?: string, port?: number, workerPrelude?: string }} [options] `workerPrelude`: code that tests run first in each worker
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { host = '127.0.0.1', port = 4173, workerPrelude = '' } = {}) {
  const real = realpathSync(folder);
  const server = createServer((request, response) => answer(real, request, response, workerPrelude));
  for (let tries = 0; ; tries++) {
    try {
      await new Promise((done, fail) => {
        server.once('error', fail);
        server.listen(port === 0 ? 0 : port + tries, host, () => {
          server.off('error', fail);
          done(undefined);
        });
      });
      break;
    } catch (error) {
      const taken = /** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE';
      if (!taken || port === 0 || tries === 99 || port + tries >= 65535) throw error;
    }
  }
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
