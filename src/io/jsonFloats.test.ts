import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFloats, stringifyFloats } from './jsonFloats';

test('floats stay floats and whole numbers whole, at every depth, also in a copy', () => {
  const text = '{"layerscale_value":1.0,"num_labels":3,"eps":1e-12,"big":2E3,"nested":{"initializer_factor":1.0,"list":[0.0,1,-2.0]},"text":"a 1.0 \\"2.0\\" float:3.0"}';
  const config = parseFloats(text) as Record<string, unknown>;
  expect(JSON.parse(JSON.stringify(config))).toEqual({ layerscale_value: 1, eps: 1e-12, num_labels: 3, big: 2000, nested: { initializer_factor: 1, list: [0, 1, -2] }, text: 'a 1.0 "2.0" float:3.0' });
  expect(stringifyFloats({ ...config, num_labels: 4 })).toBe('{"layerscale_value":1.0,"num_labels":4,"eps":1e-12,"big":2000.0,"nested":{"initializer_factor":1.0,"list":[0.0,1,-2.0]},"text":"a 1.0 \\"2.0\\" float:3.0"}');
  // A field that became another number, or is gone.
  expect(stringifyFloats({ ...config, layerscale_value: 0.5, nested: undefined, text: undefined })).toBe('{"layerscale_value":0.5,"num_labels":3,"eps":1e-12,"big":2000.0}');
});

test('any JSON is read and written as JSON.parse and JSON.stringify do it', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    const same = parseFloats(text);
    expect(JSON.stringify(same)).toBe(text);
    expect(JSON.parse(stringifyFloats(same))).toEqual(JSON.parse(text));
  }));
  expect(() => parseFloats('{"a": 1.}')).toThrow(SyntaxError);
});
