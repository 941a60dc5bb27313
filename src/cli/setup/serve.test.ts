import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressTexts } from './build.mjs';
import { serve } from './serve.mjs';

const script = 'export const words = "often the same";\n'.repeat(400);
let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  const outer = mkdtempSync(join(tmpdir(), 'fullrank-serve-'));
  folder = join(outer, 'site');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<p>hello');
  writeFileSync(join(folder, 'a b.safetensors'), '0123456789');
  writeFileSync(join(folder, 'empty.bin'), '');
  writeFileSync(join(folder, 'assets/x-1234.wgsl'), 'fn main() {}');
  writeFileSync(join(folder, 'assets/long-1234.js'), script);
  writeFileSync(join(folder, 'weights.safetensors'), script);
  compressTexts(folder);
  server = await serve(folder, { port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(join(folder, '..'), { recursive: true });
});

/** `fetch` would tidy the path, so this sends it as it is. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string; bytes: Buffer }>((done, fail) => {
    request({ hostname, port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        done({ status: response.statusCode!, headers: response.headers, body: bytes.toString(), bytes });
      });
    })
      .on('error', fail)
      .end();
  });
}

describe('serve', () => {
  test('files with their types', async () => {
    expect(await get('/')).toMatchObject({ status: 200, body: '<p>hello', headers: { 'content-type': 'text/html;charset=utf-8', 'cache-control': 'no-cache' } });
    expect(await get('/a%20b.safetensors?x=1')).toMatchObject({ status: 200, body: '0123456789', headers: { 'content-type': 'application/octet-stream', 'content-length': '10' } });
    expect(await get('/assets/x-1234.wgsl')).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': expect.stringContaining('immutable') } });
    expect(await get('/empty.bin')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
  });

  test('a browser that trusts the address is told to isolate the page, from its first visit on', async () => {
    const policies = async (headers: Record<string, string>) => {
      const answer = await get('/', headers);
      return [answer.headers['cross-origin-opener-policy'], answer.headers['cross-origin-embedder-policy']];
    };
    expect(await policies({ 'sec-fetch-dest': 'document' })).toEqual(['same-origin', 'require-corp']);
    expect(await policies({})).toEqual([undefined, undefined]);
  });

  test('nothing that is not there, and nothing outside the folder', async () => {
    for (const path of ['/none', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets', '/%', '/%00', '//etc/passwd']) {
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 404 });
    }
  });

  test('HEAD, other methods, and what the browser has already', async () => {
    const head = await get('/', {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '8' } });
    expect(await get('/', { 'If-None-Match': String(head.headers.etag) })).toMatchObject({ status: 304, body: '' });
    expect(await get('/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  test('ranges', async () => {
    const range = (text: string) => get('/a%20b.safetensors', { Range: text });
    expect(await range('bytes=2-4')).toMatchObject({ status: 206, body: '234', headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' } });
    expect(await range('bytes=8-')).toMatchObject({ status: 206, body: '89' });
    expect(await range('bytes=10-')).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
    expect(await range('bytes=5-99')).toMatchObject({ status: 206, body: '56789', headers: { 'content-range': 'bytes 5-9/10' } });
    for (const text of ['lines=1-2', 'bytes=-3', 'bytes=4-2', 'bytes=0-1,3-4']) expect(await range(text), text).toMatchObject({ status: 200, body: '0123456789' });
    expect(await get('/a%20b.safetensors', { Range: 'bytes=2-4', 'If-Range': '"of-before"' })).toMatchObject({ status: 200, body: '0123456789' });
    expect(await get('/assets/long-1234.js', { 'Accept-Encoding': 'gzip, br', Range: 'bytes=0-5' })).toMatchObject({ status: 206, body: 'export', headers: { 'content-range': `bytes 0-5/${script.length}`, 'content-length': '6' } });
  });

  test.runIf(process.platform === 'linux')('who goes away in the middle leaves no file open', async () => {
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(2 ** 24));
    const { hostname, port } = new URL(server.url);
    for (let i = 0; i < 5; i++) {
      await new Promise<void>((done) => {
        request({ hostname, port, path: '/large.bin', agent: false }, (response) => response.once('data', () => void response.destroy()).once('close', done)).on('error', () => {}).end();
      });
    }
    const open = () => readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).endsWith('large.bin');
      } catch {
        return false;
      }
    });
    await expect.poll(open).toEqual([]);
  });

  test('text comes compressed to whoever takes it so, each form under a tag of its own', async () => {
    const path = '/assets/long-1234.js';
    const plain = await get(path);
    expect(plain).toMatchObject({ status: 200, body: script, headers: { 'content-length': String(script.length), vary: 'Accept-Encoding' } });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    const tags = new Set([plain.headers.etag]);
    for (const [encoding, decode] of [['br', brotliDecompressSync], ['gzip', gunzipSync]] as const) {
      const accept = { 'Accept-Encoding': encoding };
      const got = await get(path, accept);
      expect(got).toMatchObject({ status: 200, headers: { 'content-encoding': encoding, 'content-length': String(got.bytes.length), 'content-type': 'text/javascript', vary: 'Accept-Encoding' } });
      expect(decode(got.bytes).toString()).toBe(script);
      expect(got.bytes.length).toBeLessThan(script.length / 10);
      expect(await get(path, accept, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-encoding': encoding, 'content-length': String(got.bytes.length) } });
      expect(await get(path, { ...accept, 'If-None-Match': String(got.headers.etag) })).toMatchObject({ status: 304, body: '' });
      expect(await get(path, { ...accept, 'If-None-Match': String(plain.headers.etag) })).toMatchObject({ status: 200 });
      tags.add(got.headers.etag);
    }
    expect(tags.size).toBe(3);
  });

  test('small files, and what is no text, are left as they are', async () => {
    for (const path of ['/', '/weights.safetensors', '/empty.bin']) expect((await get(path, { 'Accept-Encoding': 'gzip, deflate, br, zstd' })).headers, path).not.toHaveProperty('content-encoding');
  });

  test('a taken port gives the next free one', async () => {
    const port = Number(new URL(server.url).port);
    const next = await serve(folder, { port });
    expect(Number(new URL(next.url).port)).toBeGreaterThan(port);
    await next.close();
  });
});
