import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { chooseEncoding, parseRange, serve } from './serve.mjs';

const script = 'export const words = "often the same";\n'.repeat(400);
let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  const outer = mkdtempSync(join(tmpdir(), 'fullrank-serve-'));
  folder = join(outer, 'site');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  symlinkSync(join(outer, 'secret.txt'), join(folder, 'link.txt'));
  writeFileSync(join(folder, 'index.html'), '<p>hello');
  writeFileSync(join(folder, 'a b.safetensors'), '0123456789');
  writeFileSync(join(folder, 'empty.bin'), '');
  writeFileSync(join(folder, 'assets/x-1234.wgsl'), 'fn main() {}');
  writeFileSync(join(folder, 'assets/long-1234.js'), script);
  writeFileSync(join(folder, 'weights.safetensors'), script);
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
    expect(await get('/')).toMatchObject({ status: 200, body: '<p>hello', headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' } });
    expect(await get('/a%20b.safetensors?x=1')).toMatchObject({ status: 200, body: '0123456789', headers: { 'content-type': 'application/octet-stream', 'content-length': '10' } });
    expect(await get('/assets/x-1234.wgsl')).toMatchObject({ status: 200, headers: { 'content-type': 'text/wgsl; charset=utf-8', 'cache-control': expect.stringContaining('immutable') } });
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
    for (const path of ['/none', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/link.txt', '/assets', '/%', '/%00', '//etc/passwd']) {
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
    expect(await range('bytes=-3')).toMatchObject({ status: 206, body: '789' });
    expect(await range('bytes=10-')).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
    expect(await range('lines=1-2')).toMatchObject({ status: 200, body: '0123456789' });
    expect(parseRange('bytes=5-99', 10)).toEqual({ start: 5, end: 9 });
    expect(parseRange('bytes=4-2', 10)).toBeNull();
    expect(parseRange('bytes=-0', 10)).toBe('invalid');
    expect(parseRange('bytes=-20', 10)).toEqual({ start: 0, end: 9 });
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
      expect(got).toMatchObject({ status: 200, headers: { 'content-encoding': encoding, 'content-length': String(got.bytes.length), 'content-type': 'text/javascript; charset=utf-8', vary: 'Accept-Encoding' } });
      expect(decode(got.bytes).toString()).toBe(script);
      expect(got.bytes.length).toBeLessThan(script.length / 10);
      expect(await get(path, accept, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-encoding': encoding, 'content-length': String(got.bytes.length) } });
      expect(await get(path, { ...accept, 'If-None-Match': String(got.headers.etag) })).toMatchObject({ status: 304, body: '' });
      expect(await get(path, { ...accept, 'If-None-Match': String(plain.headers.etag) })).toMatchObject({ status: 200 });
      tags.add(got.headers.etag);
    }
    expect(tags.size).toBe(3);
  });

  test('a file that has changed is compressed anew; ranges, small files and what is no text are left as they are', async () => {
    const accept = { 'Accept-Encoding': 'gzip, deflate, br, zstd' };
    const decoded = async () => brotliDecompressSync((await get('/changing.json', accept)).bytes).toString();
    for (const body of ['1'.repeat(5000), '2'.repeat(6000)]) {
      writeFileSync(join(folder, 'changing.json'), body);
      expect(await decoded()).toBe(body);
    }
    expect(await get('/assets/long-1234.js', { ...accept, Range: 'bytes=0-5' })).toMatchObject({ status: 206, body: 'export', headers: { 'content-range': `bytes 0-5/${script.length}`, 'content-length': '6' } });
    for (const path of ['/', '/weights.safetensors', '/empty.bin']) expect((await get(path, accept)).headers, path).not.toHaveProperty('content-encoding');
  });

  test.each([
    [undefined, ''],
    ['', ''],
    ['identity', ''],
    ['gzip, deflate, br', 'br'],
    ['GZIP;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0, gzip;q=0.1', 'gzip'],
    ['br;q=x', ''],
  ])('Accept-Encoding %j takes %j', (header, encoding) => expect(chooseEncoding(header)).toBe(encoding));

  test('a taken port gives the next free one', async () => {
    const port = Number(new URL(server.url).port);
    const next = await serve(folder, { port });
    expect(Number(new URL(next.url).port)).toBeGreaterThan(port);
    await next.close();
  });
});
