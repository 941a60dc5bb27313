import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRange, serve } from './serve.mjs';

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
  server = await serve(folder, { port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(join(folder, '..'), { recursive: true });
});

/** `fetch` would tidy the path, so this sends it as it is. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, fail) => {
    request({ hostname, port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => done({ status: response.statusCode!, headers: response.headers, body }));
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

  test('a taken port gives the next free one', async () => {
    const port = Number(new URL(server.url).port);
    const next = await serve(folder, { port });
    expect(Number(new URL(next.url).port)).toBeGreaterThan(port);
    await next.close();
  });
});
