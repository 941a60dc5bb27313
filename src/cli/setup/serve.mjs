import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

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
    const [named = ''] = url.split(/[?#]/, 1);
    const path = decodeURIComponent(named);
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

/** Text of one kind or another: the rest (pictures, weights, fonts) is compressed already, or hardly gets smaller. */
const compressible = /^(text\/|image\/svg|application\/(json|manifest))/;
/** Bytes of a file below which compressing saves no packet, and above which it takes too long for an answer. */
const leastBytes = 1024;
const mostBytes = 32 * 1024 * 1024;

/** @type {Record<string, (bytes: Buffer) => Promise<Buffer>>} The better first. */
const encodings = {
  // Quality 8 takes about as long as 5, and a tenth of the time of 11, the default, for some more bytes.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 8, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/**
 * The encoding that an `Accept-Encoding` header likes best, or an empty string.
 * @param {string | string[] | undefined} header
 */
export function chooseEncoding(header) {
  /** @type {Record<string, number>} */
  const liked = {};
  for (const part of String(header ?? '').toLowerCase().split(',')) {
    const [name = '', ...params] = part.split(';').map((word) => word.trim());
    const q = params.find((param) => param.startsWith('q='));
    liked[name] = q === undefined ? 1 : Number(q.slice(2)) || 0;
  }
  const of = (/** @type {string} */ name) => liked[name] ?? liked['*'] ?? 0;
  // Sorting is stable: of two that are liked as well, the first stays first.
  return Object.keys(encodings).filter((name) => of(name) > 0).sort((a, b) => of(b) - of(a))[0] ?? '';
}

/** @type {Map<string, { etag: string, bytes: Promise<Buffer> }>} Compressed files, as they were last, by encoding, path and prelude. */
const compressed = new Map();

/**
 * A file's bytes behind `prelude` in an encoding, compressed once for each of its states.
 * @param {string} full
 * @param {string} encoding
 * @param {string} etag
 * @param {string} prelude
 */
function compressedBytes(full, encoding, etag, prelude) {
  const key = `${encoding} ${full} ${prelude}`;
  const known = compressed.get(key);
  if (known?.etag === etag) return known.bytes;
  const bytes = readFile(full).then((text) => (prelude ? Buffer.concat([Buffer.from(prelude), text]) : text)).then(encodings[encoding]);
  compressed.set(key, { etag, bytes });
  bytes.catch(() => compressed.delete(key));
  return bytes;
}

/**
 * With these a page is isolated from other origins at its first visit, as its service worker (src/io/serviceWorker.ts) makes it from the
 * second load on: threads share memory at once, and going back later leads to no page of before, which would be another document and
 * end what trains.
 */
export const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {{ workerPrelude: string, isolates: boolean }} options
 */
async function answer(folder, request, response, { workerPrelude, isolates }) {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Browsers say what a request is for where they trust the address: elsewhere they isolate nothing, and complain of being asked to.
  if (isolates && request.headers['sec-fetch-dest']) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
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
  const type = types[extname(full).toLowerCase()] ?? 'application/octet-stream';
  const version = `${stat.size.toString(16)}-${Math.round(stat.mtimeMs).toString(16)}`;
  const mayCompress = compressible.test(type) && stat.size >= leastBytes && stat.size <= mostBytes;
  // A range is one of the file itself.
  const encoding = mayCompress && request.headers.range === undefined ? chooseEncoding(request.headers['accept-encoding']) : '';
  const etag = `"${version}${encoding && `-${encoding}`}"`;
  response.setHeader('ETag', etag);
  if (mayCompress) response.setHeader('Vary', 'Accept-Encoding');
  if (!encoding) response.setHeader('Accept-Ranges', 'bytes');
  // The build puts a content hash into every name under assets; everything else is asked for again and answered 304.
  response.setHeader('Cache-Control', url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Content-Type', type);
  if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) {
    response.writeHead(304);
    return response.end();
  }

  // A worker's own script, and what it imports.
  const prelude = request.headers['sec-fetch-dest'] === 'worker' ? workerPrelude : '';
  if (prelude && !encoding) return response.end(prelude + readFileSync(full, 'utf8'));

  if (encoding) {
    const bytes = await compressedBytes(full, encoding, etag, prelude);
    response.writeHead(200, { 'Content-Encoding': encoding, 'Content-Length': bytes.length });
    return response.end(request.method === 'HEAD' ? undefined : bytes);
  }

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
 * @param {{ host?: string, port?: number, workerPrelude?: string, room?: import('../room/host').Host | null, isolates?: boolean }} [options]
 * `workerPrelude`: code that tests run first in each worker. `isolates`: false to be like a host of mere files. `room` may answer what is no file, and speaks over WebSockets.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { host = '127.0.0.1', port = 4173, workerPrelude = '', room = null, isolates = true } = {}) {
  const real = realpathSync(folder);
  const server = createServer((request, response) => void respond(request, response).catch(() => response.destroy()));
  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  const respond = async (request, response) => (await room?.answer(request, response)) || answer(real, request, response, { workerPrelude, isolates });
  /** @type {Set<import('node:stream').Duplex>} Connections that are no HTTP any more, which the server does not close itself. */
  const upgraded = new Set();
  if (room) {
    server.on('upgrade', (request, socket, head) => {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      room.upgrade(request, socket, head);
    });
  }
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
        for (const socket of upgraded) socket.destroy();
      }),
  };
}
