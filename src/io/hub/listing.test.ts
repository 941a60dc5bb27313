import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HubError } from './hubError';
import { isSafePath } from './ids';
import { parseListing, parseManifest } from './listing';
import { selectData, selectModel } from './select';

const sha = 'a'.repeat(40);
const json = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

test('sizes and hashes: of the file itself, not of its pointer', () => {
  const siblings = [
    { rfilename: 'config.json', size: 5, blobId: 'b'.repeat(40) },
    { rfilename: 'model.safetensors', size: 9, blobId: 'c'.repeat(40), lfs: { size: 9, sha256: 'd'.repeat(64), pointerSize: 1 } },
    { rfilename: 'bare' },
  ];
  expect(parseListing(json({ sha, siblings, anything: 1 }))).toEqual({
    commit: sha,
    files: [
      { path: 'config.json', size: 5, hash: { kind: 'git-sha1', hex: 'b'.repeat(40) } },
      { path: 'model.safetensors', size: 9, hash: { kind: 'sha256', hex: 'd'.repeat(64) } },
      { path: 'bare', size: null, hash: null },
    ],
  });
});

test('paths that lead elsewhere do not exist', () => {
  const siblings = ['../x', '/etc/passwd', 'a\\b', 'a/../../b', '__proto__', 'ok', 'ok'].map((rfilename) => ({ rfilename }));
  expect(parseListing(json({ sha, siblings })).files.map((f) => f.path)).toEqual(['__proto__', 'ok']);
});

test.each(['', '[]', 'null', '{"sha":1,"siblings":[]}', '<html>', { sha: '../..', siblings: [] }, { sha }, { sha, siblings: {} }, { sha, siblings: [{ rfilename: 'a', size: -1 }] }, { sha, siblings: [{ rfilename: 'a', size: 1e99 }] }, { sha, siblings: [{ rfilename: 'a', lfs: { sha256: 'zz' } }] }])(
  'refuses %j',
  (value) => expect(() => parseListing(json(value))).toThrow(/list of files.*endpoint a hub/),
);

const hostile = fc.oneof(
  fc.uint8Array(),
  fc.json().map(json),
  fc
    .record({
      sha: fc.oneof(fc.constant(sha), fc.anything()),
      siblings: fc.oneof(fc.anything(), fc.array(fc.oneof(fc.anything(), fc.record({ rfilename: fc.oneof(fc.string(), fc.constantFrom('../a', 'config.json', 'model.safetensors', '__proto__')), size: fc.oneof(fc.nat(), fc.anything()), blobId: fc.anything(), lfs: fc.anything() }, { requiredKeys: ['rfilename'] })))),
    })
    .map((value) => {
      try {
        return json(JSON.stringify(value) ?? '');
      } catch {
        return json('{"toJSON":1}'); // bigints and cycles
      }
    }),
);

test('hostile answers: a typed error, or safe paths', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      for (const parse of [parseListing, parseManifest]) {
        try {
          const { commit, files } = parse(bytes);
          expect(commit).toMatch(/^[0-9a-f]{40}$/);
          for (const { path, size } of files) expect(isSafePath(path) && (size === null || (Number.isInteger(size) && size >= 0))).toBe(true);
          for (const select of [selectModel, selectData]) {
            const { files: chosen, indices } = select('a/b', files);
            expect([...chosen, ...indices].every((f) => files.includes(f))).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(HubError);
          expect((error as Error).message.length).toBeLessThan(2000);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('of a data set that holds several, the folder of one', () => {
  const listed = ['README.md', 'cola/test.parquet', 'sst2/test.parquet', 'sst2/train.parquet', 'sst2x/train.parquet'].map((path) => ({ path, size: 1, hash: null }));
  const chosen = (config?: string) => selectData('a/b', listed, config).files.map(({ path }) => path);
  expect([chosen().length, chosen('sst2')]).toEqual([4, ['sst2/test.parquet', 'sst2/train.parquet']]);
  expect(() => chosen('qnli')).toThrow('a/b has no folder "qnli" of images, tables or archives; it has "cola", "sst2", "sst2x".');
});

test('what is needed of a model', () => {
  const listed = (...paths: string[]) => paths.map((path) => ({ path, size: 1, hash: null }));
  const chosen = (...paths: string[]) => {
    const { files, indices } = selectModel('a/b', listed(...paths));
    return [files.map((f) => f.path), indices.map((f) => f.path)];
  };
  expect(chosen('README.md', 'config.json', 'model.safetensors', 'pytorch_model.bin', 'onnx/model.onnx', 'tokenizer.json', 'sub/config.json')).toEqual([['config.json', 'tokenizer.json', 'model.safetensors'], []]);
  expect(chosen('config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors')).toEqual([['config.json'], ['model.safetensors.index.json']]);
  expect(chosen('adapter_config.json', 'adapter_model.safetensors')).toEqual([['adapter_config.json', 'adapter_model.safetensors'], []]);
  expect(() => chosen('config.json', 'pytorch_model.bin')).toThrow(/a\/b has no model.safetensors: only "pytorch_model.bin", which is not read/);
  expect(() => chosen('README.md')).toThrow(/neither config.json nor adapter_config.json.*README/);
});
