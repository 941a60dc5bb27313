import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchTree, filesTree, memoryTree } from './fileTree';
import { folderTree } from './fileTree.node';
import { FormatError } from './formatError';

const content = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);

test('memory: whole, range, missing, out of range', async () => {
  const tree = memoryTree('m', { 'a/b.bin': content });
  expect(await tree.read('a/b.bin')).toEqual(content);
  expect([...(await tree.read('a/b.bin', 2, 4))]).toEqual([2, 3]);
  expect(await tree.size('a/b.bin')).toBe(8);
  await expect(tree.read('c')).rejects.toThrow('"m" has no file "c"');
  await expect(tree.read('a/b.bin', 4, 9)).rejects.toThrow('has 8 bytes; bytes 4 to 9 are not there');
});

test('chosen files: the shared folder is left out, but one level only', async () => {
  const blob = new Blob([content]);
  const tree = filesTree('set', [{ path: 'set/train/a.png', file: blob }, { path: 'set\\train\\b.png', file: blob }]);
  expect(tree.paths()).toEqual(['train/a.png', 'train/b.png']);
  expect([...(await tree.read('train/b.png', 6))]).toEqual([6, 7]);
  expect(filesTree('set', [{ path: './x.json', file: blob }, { path: 'y/z', file: blob }]).paths()).toEqual(['x.json', 'y/z']);
  expect(filesTree('none', []).paths()).toEqual([]);
});

describe('fetch', () => {
  let server: Server;
  let url = '';
  const requests: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
      if (request.url?.endsWith('.bin')) {
        response.writeHead(200, request.url.startsWith('/silent') ? {} : { 'content-length': 8 }).end(content);
      } else if (request.url === '/plain/page') {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>');
      } else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('asks for each file once, when some of it is needed, and reports progress', async () => {
    const seen: unknown[] = [];
    const tree = fetchTree('t', `${url}/plain/`, ['a b.bin', 'other.bin'], (...args) => seen.push(args));
    expect(requests).toEqual([]);
    expect(await Promise.all([tree.size('a b.bin'), tree.read('a b.bin', 1, 3), tree.read('a b.bin', 6), tree.read('a b.bin')])).toEqual([8, content.subarray(1, 3), content.subarray(6), content]);
    await expect(tree.read('a b.bin', 4, 9)).rejects.toThrow('has 8 bytes; bytes 4 to 9 are not there');
    expect(requests).toEqual(['GET /plain/a%20b.bin']);
    expect(seen.at(-1)).toEqual(['a b.bin', 8, 8]);
    expect(await fetchTree('t', `${url}/silent`, ['s.bin']).size('s.bin')).toBe(8);
  });

  test('says what is wrong', async () => {
    const tree = fetchTree('t', `${url}/plain`, ['absent', 'page']);
    await expect(tree.read('absent')).rejects.toThrow(/absent answered 404/);
    await expect(tree.read('page')).rejects.toThrow(/answered with a web page/);
    await expect(tree.read('unlisted')).rejects.toThrow(FormatError);
    await expect(fetchTree('t', 'http://127.0.0.1:1', ['x']).read('x')).rejects.toThrow(/could not be reached/);
  });
});

describe('folder on disk', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fullrank-'));
    await mkdir(join(root, 'in/sub'), { recursive: true });
    await writeFile(join(root, 'in/sub/a.bin'), content);
    await writeFile(join(root, 'secret'), content);
    await symlink('../secret', join(root, 'in/linked'));
    await symlink('..', join(root, 'in/up'));
  });
  afterAll(() => rm(root, { recursive: true }));

  test('reads ranges of what it lists and nothing else', async () => {
    const tree = await folderTree(join(root, 'in'));
    expect(tree.name).toBe('in');
    expect(tree.paths()).toEqual(['linked', 'sub/a.bin']);
    expect([...(await tree.read('sub/a.bin', 2, 4))]).toEqual([2, 3]);
    expect(await tree.size('linked')).toBe(8);
    await expect(tree.read('../secret')).rejects.toThrow(FormatError);
    await expect(tree.read('up/secret')).rejects.toThrow(FormatError);
    await expect(tree.read('sub/a.bin', 0, 1e15)).rejects.toThrow('are not there');
    await expect(folderTree(join(root, 'nowhere'))).rejects.toThrow('no file or folder');
    expect((await folderTree(join(root, 'secret'))).paths()).toEqual(['secret']);
  });
});
