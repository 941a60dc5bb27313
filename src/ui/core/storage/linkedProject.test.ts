import { afterEach, expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import { parsePointer } from './current';
import { addressOf, readLinked } from './linkedProject';
import { parseLink } from '../../app/store/link';
import { fetchOnline, fileNameOf, mostBytes, OnlineProblem, sizeOnline } from './onlineProject';
import { shareWords } from '../words/share';

const base = 'http://192.168.1.7:8080/studio/';
const hash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

test('a project is fetched by https, from where the page comes from, or from this computer, and from nowhere else', () => {
  expect(addressOf('example', base)?.href).toBe('http://192.168.1.7:8080/studio/projects/fashion-mnist.fullrank');
  expect(addressOf('benchmark', base)?.href).toBe('http://192.168.1.7:8080/studio/projects/vision.fullrank');
  expect(addressOf('class/ours.fullrank', base)?.href).toBe('http://192.168.1.7:8080/studio/class/ours.fullrank');
  expect(addressOf('https://example.org/a.fullrank', base)?.host).toBe('example.org');
  expect(addressOf('http://localhost:9000/a.fullrank', base)?.port).toBe('9000');
  for (const bad of ['http://example.org/a.fullrank', 'ftp://example.org/a', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x', 'https://me:secret@example.org/a', 'blob:https://example.org/1', 'https://']) expect(addressOf(bad, base), bad).toBeNull();
});

test('a link says which project it opens; what cannot be fetched, and what is no hash, is said', () => {
  const at = (query: string) => parseLink(`#/compare?${query}`);
  expect(at('project=example')).toMatchObject({ settings: null, problems: [], project: { said: 'example', sha256: '' }, shown: { view: 'compare' } });
  expect(parseLink('#project=example').shown.view).toBe('compare');
  expect(at(`project=https://example.org/a.fullrank&sha256=${hash.toUpperCase()}`).project).toEqual({ said: 'https://example.org/a.fullrank', sha256: hash });
  for (const query of ['project=', 'project=ftp://example.org/a', 'project=https://example.org/a&sha256=123']) {
    expect(at(query)).toMatchObject({ problems: [{ what: 'value', name: 'project' }] });
    expect(at(query).project).toBeUndefined();
  }
  expect(shareWords.problem.value('project', 'http://a.example/b')).toMatch(/^project cannot be http:\/\/a\.example\/b\. .*https/);
  expect(at('sha256=abc')).toMatchObject({ problems: [{ what: 'name', name: 'sha256' }] });
});

test('where a project is from survives a reload, unless that is damaged', () => {
  const pointer = { id: 'a', previous: null, how: 'opened', hub: [], from: { said: 'example', sha256: '' } };
  expect(parsePointer(JSON.stringify(pointer)).from).toEqual(pointer.from);
  expect(parsePointer(JSON.stringify({ ...pointer, from: { said: 'ftp://x', sha256: '' } })).from).toBeUndefined();
  expect(readLinked('', '')).toBeNull();
});

const url = new URL('https://example.org/a%20b.fullrank');
const answer = (body: string | null, headers: Record<string, string> = {}, status = 200) => vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(body, { status, headers }))));
afterEach(() => vi.unstubAllGlobals());
const fetched = (sha256 = '') => fetchOnline(url, sha256, new AbortController().signal, () => {});

test('size is asked for before anything is fetched; too much is refused by what the server says', async () => {
  answer(null, { 'content-length': '1234' });
  expect(await sizeOnline(url)).toBe(1234);
  expect(defined(vi.mocked(fetch).mock.calls[0])[1]).toMatchObject({ method: 'HEAD', credentials: 'omit', referrerPolicy: 'no-referrer' });
  answer(null);
  expect(await sizeOnline(url)).toBeNull();
  // Of a packed answer the length is another one.
  answer(null, { 'content-length': '12', 'content-encoding': 'gzip' });
  expect(await sizeOnline(url)).toBeNull();
  answer(null, {}, 404);
  await expect(sizeOnline(url)).rejects.toThrow();
  answer('hello', { 'content-length': String(mostBytes + 1) });
  await expect(fetched()).rejects.toMatchObject({ why: 'large', amount: '250.0\u00a0MB' });
  expect(fileNameOf(url)).toBe('a b.fullrank');
});

test('the file is held against the hash of the link', async () => {
  answer('hello');
  expect(await (await fetched(hash)).text()).toBe('hello');
  answer('hellp');
  await expect(fetched(hash)).rejects.toBeInstanceOf(OnlineProblem);
  answer('hellp');
  expect((await fetched()).size).toBe(5);
});

test('the name of a file online is any text, and nothing but text', () => {
  const name = (path: string) => fileNameOf(new URL(path, 'https://a.example/'));
  expect([name('b/c%20d.fullrank'), name('%E0%A4%A.fullrank'), name('%zz'), name('a%2F..%00%E2%80%AEgnp'), name('')]).toEqual(['c d.fullrank', '%E0%A4%A.fullrank', '%zz', 'a ..  gnp', 'a.example']);
});
