import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * With these a page is isolated from other origins at its first visit, as its service worker (src/io/serviceWorker.ts) makes it from the
 * second load on: threads share memory at once, and going back later leads to no page of before, which would be another document and
 * end what trains.
 */
export const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * Handler that sends the files of a folder.
 * @param {string} folder real path
 * @param {{ workerPrelude: string, isolates: boolean }} options
 */
async function filesOf(folder, { workerPrelude, isolates }) {
  // Where packages are missing, `npm start` installs them first.
  const { default: sirv } = await import('sirv');
  const send = sirv(folder, {
    dev: true, // The folder may be built anew meanwhile.
    etag: true,
    brotli: true,
    gzip: true,
    extensions: ['html'],
    setHeaders: (response, path) => {
      // The build puts a content hash into every name under assets; everything else is asked for again and answered 304.
      if (path.startsWith('/assets/')) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      if (/\.(txt|md|wgsl)$/.test(path)) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      if (/\.(safetensors|onnx)$/.test(path)) response.setHeader('Content-Type', 'application/octet-stream');
    },
  });
  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response @param {(() => void) | undefined} next answers where there is no file */
  return (request, response, next) => {
    const { method, headers } = request;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Browsers say what a request is for where they trust the address: elsewhere they isolate nothing, and complain of being asked to.
    if (isolates && headers['sec-fetch-dest']) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    // sirv takes any range to be a first byte and perhaps a last one, of a file that is as it was: others are answered by all of it.
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    if (first === undefined || (last && Number(last) < Number(first)) || headers['if-range']) delete headers.range;
    // A range is one of the file itself.
    else delete headers['accept-encoding'];
    // Who goes away in the middle leaves no file open.
    response.on('pipe', (file) => {
      file.on('error', () => response.destroy());
      response.on('close', () => void file.destroy());
    });
    if (workerPrelude && headers['sec-fetch-dest'] === 'worker') {
      // A worker's own script, and what it imports.
      const script = readFileSync(join(folder, (request.url ?? '').replace(/[?#].*/s, '')), 'utf8');
      // As large on the way as without the prelude.
      return void response.setHeader('Content-Type', 'text/javascript').setHeader('Content-Encoding', 'gzip').end(gzipSync(workerPrelude + script));
    }
    send(request, response, next);
  };
}

/**
 * Serves a folder over HTTP; takes the next free port when `port` is taken (0 asks the system for one).
 * @param {string} folder
 * @param {{ host?: string, port?: number, workerPrelude?: string, room?: import('../room/host').Host | null, isolates?: boolean }} [options]
 * `workerPrelude`: code that tests run first in each worker. `isolates`: false to be like a host of mere files. `room` may answer what is no file, and speaks over WebSockets.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { host = '127.0.0.1', port = 4173, workerPrelude = '', room = null, isolates = true } = {}) {
  const files = await filesOf(realpathSync(folder), { workerPrelude, isolates });
  const server = createServer((request, response) => void respond(request, response).catch(() => response.destroy()));
  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  const respond = async (request, response) => {
    if (await room?.answer(request, response)) return;
    files(request, response, room ? () => void (room.missing(request, response) || response.writeHead(404).end('Not found')) : undefined);
  };
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
