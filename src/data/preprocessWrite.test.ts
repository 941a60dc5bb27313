import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePreprocess, type PreprocessConfig } from './preprocess';
import { preprocessJson } from './preprocessWrite';

const edge = fc.integer({ min: 1, max: 4096 });
const size = fc.record({ height: edge, width: edge });
const three = (value: fc.Arbitrary<number>) => fc.tuple(value, value, value);
const positive = fc.double({ min: 1e-3, max: 10, noNaN: true });

test('any preprocessing comes back from its file as it was', () => {
  const config: fc.Arbitrary<PreprocessConfig> = fc.record({
    resize: fc.oneof(fc.constant(null), size, fc.record({ shortest_edge: edge })),
    resample: fc.constantFrom('bilinear' as const, 'bicubic' as const),
    crop: fc.oneof(fc.constant(null), size),
    rescale_factor: fc.oneof(fc.constant(1), positive),
    mean: three(fc.double({ min: -10, max: 10, noNaN: true })),
    std: three(positive),
  });
  const plain = (c: unknown): unknown => JSON.parse(JSON.stringify(c));
  fc.assert(fc.property(config, (c) => void expect(plain(parsePreprocess(plain(preprocessJson(c))))).toEqual(plain(c))));
});
