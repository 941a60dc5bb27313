import { expect, test } from 'vitest';
import { FormatError } from '../formatError';
import { maxJsonBytes, packPath, parseProject, recordPath } from './manifest';

const file = { path: 'a/b.png', size: 2 };
const kept = { version: 1, kind: 'data', id: 'pets', name: 'pets', date: 1, files: [file] };
const manifest = { format: 'fullrank-project', version: 1, app: 'test', saved: 5, settings: { a: 1 }, edits: { b: [2] }, records: [{ store: 'runs', key: 'a' }], imports: [kept], hub: [{ kind: 'model', id: 'a/b' }] };
const parse = (value: unknown) => parseProject(new TextEncoder().encode(JSON.stringify(value)));
const many = <T>(n: number, one: T) => new Array<T>(n).fill(one);
const word = (n: number) => 'x'.repeat(n);

test('paths of what a project holds, and how large its JSON may be', () => {
  expect(maxJsonBytes).toBe(2 ** 28);
  expect([recordPath(3, 'json'), recordPath(0, 'bin'), packPath(7)]).toEqual(['records/3.json', 'records/0.bin', 'imports/7.pack']);
});

test.each<[string, object]>([
  ['as it is', {}], ['a long name', { app: word(100) }], ['the first moment', { saved: 0 }], ['the last moment of a Date', { saved: 8.64e15 }], ['names at their longest', { records: [{ store: word(100), key: word(300) }] }], ['as many records as there may be', { records: many(20_000, { store: 'a', key: 'b' }) }],
  ['as many imports', { imports: many(1000, { ...kept, files: [] }) }], ['repositories of both kinds', { hub: [{ kind: 'dataset', id: word(500) }, ...many(999, { kind: 'model', id: '' })] }],
])('%s: it is read', (_, change) => {
  expect(parse({ ...manifest, ...change })).toEqual({ ...manifest, ...change });
});

test.each<[string, object, RegExp]>([
  ['another format', { format: 'x' }, /not a Fullrank project/], ['no format', { format: undefined }, /not a Fullrank project/], ['a newer version', { version: 2 }, /newer version.*format 2/], ['a version of old', { version: 0 }, /"version"/], ['a version that is a text', { version: '2' }, /"version"/], ['no version', { version: undefined }, /"version"/],
  ['too long a name', { app: word(101) }, /"app"/], ['a moment before all', { saved: -1 }, /"saved"/], ['a moment after all', { saved: 8.64e15 + 2 }, /"saved"/], ['settings that are a list', { settings: [] }, /"settings"/], ['edits that are a text', { edits: 'x' }, /"edits"/],
  ['a record without a key', { records: [{ store: 'a' }] }, /"records.0.key"/], ['a record with more', { records: [{ store: 'a', key: 'b', more: 1 }] }, /"records.0"/], ['a long store', { records: [{ store: word(101), key: 'b' }] }, /"records.0.store"/], ['a long key', { records: [{ store: 'a', key: word(301) }] }, /"records.0.key"/],
  ['too many records', { records: many(20_001, { store: 'a', key: 'b' }) }, /"records"/], ['too many imports', { imports: many(1001, { ...kept, files: [] }) }, /"imports"/], ['an import of another kind', { imports: [{ ...kept, kind: 'x' }] }, /"imports.0.kind"/],
  ['too many repositories', { hub: many(1001, { kind: 'model', id: 'a' }) }, /"hub"/], ['a repository of another kind', { hub: [{ kind: 'space', id: 'a' }] }, /"hub.0.kind"/], ['a long repository', { hub: [{ kind: 'model', id: word(501) }] }, /"hub.0.id"/], ['a repository with more', { hub: [{ kind: 'model', id: 'a', more: 1 }] }, /"hub.0"/], ['more than it should have', { more: 1 }, /project\.json/],
])('%s: it is refused', (_, change, message) => {
  expect(() => parse({ ...manifest, ...change })).toThrow(FormatError);
  expect(() => parse({ ...manifest, ...change })).toThrow(message);
});

test('no JSON, and JSON that is no object', () => {
  for (const value of [null, [], 'x', 3]) expect(() => parse(value)).toThrow(FormatError);
  expect(() => parseProject(new Uint8Array([0x7b]))).toThrow(/project\.json is not valid JSON/);
});
