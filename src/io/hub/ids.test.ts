import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { HubError } from './hubError';
import { cacheFolder, checkEndpoint, checkRevision, checkToken, hubIdOf, isHubId, isSafePath, parseHubId, repoOfFolder, versionOf } from './ids';

const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9_-]{0,20}[A-Za-z0-9])?$/).filter((s) => !s.includes('--'));
const throwsHub = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(HubError);
    return (error as HubError).message;
  }
  return null;
};

describe('ids', () => {
  test('owner/name, with and without revision', () => {
    expect(parseHubId('google/vit-base-patch16-224')).toEqual({ kind: 'model', id: 'google/vit-base-patch16-224', revision: 'main' });
    expect(parseHubId('a/b@refs/pr/3', 'dataset')).toEqual({ kind: 'dataset', id: 'a/b', revision: 'refs/pr/3' });
    expect(parseHubId('a/b', 'model', 'v1.0').revision).toBe('v1.0');
    expect(() => parseHubId('a/b@x', 'model', 'y')).toThrow(/Two revisions/);
  });

  test('of a data set that holds several, the config of one', () => {
    const sst2 = { kind: 'dataset', id: 'nyu-mll/glue', revision: 'main', config: 'sst2' } as const;
    for (const repo of [parseHubId('nyu-mll/glue', 'dataset', undefined, 'sst2'), parseHubId('nyu-mll/glue', 'dataset', 'main:sst2'), parseHubId('nyu-mll/glue@main:sst2', 'dataset'), parseHubId('nyu-mll/glue@main', 'dataset', undefined, 'sst2')]) expect(repo).toEqual(sst2);
    expect([hubIdOf(sst2), hubIdOf({ id: 'a/b', revision: 'main' }), hubIdOf({ id: 'a/b', revision: 'v1', config: 'x' })]).toEqual(['nyu-mll/glue@main:sst2', 'a/b', 'a/b@v1:x']);
    expect(() => parseHubId('nyu-mll/glue@main:sst2', 'dataset', undefined, 'cola')).toThrow(/Two configs/);
    expect(() => parseHubId('a/b@main:x', 'model')).toThrow(/models have none/);
    for (const bad of ['', '../x', 'a/b', '.', 'a:b']) expect(throwsHub(() => parseHubId('a/b', 'dataset', undefined, bad)), bad).toMatch(/is not a config/);
  });

  test.each(['', 'a', 'a/', '/b', 'a/b/c', '../b', 'a/..', 'a/.b', '.a/b', 'a/b.git', 'a/b--c', 'a b/c', 'a/b?x', 'a/b#x', 'a\\b/c', 'a/b@', 'a/b@../x', 'a/b@/x', 'a/b@x/', 'a/b@x y', `${'a'.repeat(97)}/b`, 'https://h/a', 'a/b%2e', '-a/b', './folder', 'a/b\n'])(
    'refuses %j',
    (text) => {
      expect(throwsHub(() => parseHubId(text))).toBeTruthy();
      expect(isHubId(text)).toBe(false);
    },
  );

  test('whatever is accepted makes a safe folder, and the folder leads back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.tuple(name, name).map((p) => p.join('/')), fc.tuple(name, name, fc.string()).map(([a, b, r]) => `${a}/${b}@${r}`)), (text) => {
        if (throwsHub(() => parseHubId(text, 'dataset')) !== null) return;
        const repo = parseHubId(text, 'dataset');
        const folder = cacheFolder('https://huggingface.co', repo);
        expect(isSafePath(folder)).toBe(true);
        expect(repoOfFolder(defined(folder.split('/')[1]))).toEqual({ kind: repo.kind, id: repo.id });
        expect(isSafePath(`refs/${encodeURIComponent(versionOf(repo))}`)).toBe(true);
      }),
    );
    fc.assert(fc.property(name, name, (a, b) => void expect(parseHubId(`${a}/${b}`).id).toBe(`${a}/${b}`)));
  });

  test('endpoints of different hosts never share a folder', () => {
    const repo = parseHubId('a/b');
    const folders = ['https://h', 'https://h:8080', 'https://h/8080', 'https://h/x', 'https://hx'].map((e) => cacheFolder(checkEndpoint(e), repo));
    expect(new Set(folders).size).toBe(folders.length);
  });
});

test('paths', () => {
  for (const good of ['a', 'config.json', 'train/cat/1 2.jpg', 'ü/日.png', '...', 'a..b']) expect(isSafePath(good), good).toBe(true);
  for (const bad of ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', 'a\\b', 'C:/x', 'c:x', 'a\0', 'a\nb', '\ud800', 'x'.repeat(501), 'é'.repeat(130)]) expect(isSafePath(bad), bad).toBe(false);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom('..', '.', 'a', '', '/', '\\', '\0')).map((p) => p.join('/'))), (path) => {
      if (isSafePath(path)) expect(new URL(path.split('/').map(encodeURIComponent).join('/'), 'http://h/r/').pathname.startsWith('/r/')).toBe(true);
    }),
  );
});

test('endpoints', () => {
  expect(checkEndpoint('https://hf-mirror.com/')).toBe('https://hf-mirror.com');
  expect(checkEndpoint('http://localhost:8080/hub/')).toBe('http://localhost:8080/hub');
  for (const bad of ['', 'huggingface.co', 'ftp://h', 'javascript:alert(1)', 'https://h/?x', 'https://h/#x', 'file:///etc']) expect(() => checkEndpoint(bad), bad).toThrow(HubError);
  // Passwords in addresses are refused, and not repeated.
  expect(throwsHub(() => checkEndpoint('https://me:secret@h/'))).not.toContain('secret');
});

test('tokens', () => {
  expect(checkToken(' hf_abc \n')).toBe('hf_abc');
  expect(checkToken('')).toBeUndefined();
  expect(throwsHub(() => checkToken('hf_a b\r\nX: y'))).not.toContain('hf_a');
  expect(() => checkEndpoint('http://mirror.example', 'hf_abc')).toThrow(/not encrypted/);
  expect(checkEndpoint('http://127.0.0.1:9', 'hf_abc')).toBe('http://127.0.0.1:9');
});

test('revisions', () => {
  for (const good of ['main', 'v1.0', 'refs/pr/1', 'feature_x', '0'.repeat(40)]) expect(checkRevision(good)).toBe(good);
  fc.assert(fc.property(fc.string(), (text) => void throwsHub(() => checkRevision(text))));
});
