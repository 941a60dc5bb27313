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

test.each([
  // What looks like a mark, and as the mark that is taken then.
  ['{"a":"float:","b":1.0,"c":"float::2.0"}'], ['{"a":"float:1.0","b":2}'], ['{"1.0":1.0,"b":{"1.0":1}}'], ['[1.0,2,[3.0]]'], ['1.5'],
  ['{"a":"\\\\","b":1.0,"c":"\\"1.0"}'], ['{"a":-0.5,"b":-3.0,"c":12.0}'],
])('%s is written as it was read', (text) => {
  expect(stringifyFloats(parseFloats(text))).toBe(text);
});

test('numbers with an exponent, and too large ones, which are no whole number any more', () => {
  expect(stringifyFloats(parseFloats('{"a":1e3,"b":1E+2,"c":25e-1,"d":1.0e16,"e":-1.5e1,"f":100000000000000000000,"g":10.50e1}'))).toBe('{"a":1000.0,"b":100.0,"c":2.5,"d":10000000000000000,"e":-15.0,"f":100000000000000000000,"g":105.0}');
});

test('lines and blanks as JSON.stringify writes them', () => {
  expect(stringifyFloats(parseFloats('{"a":1.0,"b":[2.0]}'), 2)).toBe('{\n  "a": 1.0,\n  "b": [\n    2.0\n  ]\n}');
});
