import { expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { readGguf } from '../../testing/ggufReader';
import { GGML } from './types';
import { ggufParts, type GgufTensor } from './write';

const values = (n: number, by = 1) => Float32Array.from({ length: n }, (_, i) => by * Math.sin(i));

test('settings of every type and tensors come back from another parser', async () => {
  const settings = {
    'general.architecture': ['string', 'llama'], 'general.name': ['string', 'Käse ▁'], 'llama.block_count': ['u32', 3_000_000_000], 'llama.rope.freq_base': ['f32', 0.1],
    'tokenizer.ggml.add_bos_token': ['bool', true], 'tokenizer.ggml.tokens': ['strings', ['', 'a', 'ĠÖ']], 'tokenizer.ggml.token_type': ['i32s', Int32Array.of(-1, 3)], 'tokenizer.ggml.scores': ['f32s', Float32Array.of(0.5, -2)],
  } as const;
  const halves = [values(64), values(32, 3)];
  const tensors: GgufTensor[] = [
    { name: 'odd', type: 'F32', shape: [3], pieces: () => [Float32Array.of(1, 2, 3)] },
    { name: 'half', type: 'F16', shape: [2, 3], pieces: () => [Float32Array.of(1, 2), Float32Array.of(3, 4, -5, 6)] },
    { name: 'blocks', type: 'Q8_0', shape: [3, 32], pieces: () => halves },
    { name: 'none', type: 'F32', shape: [0], pieces: () => [] },
  ];
  const read = await readGguf(ggufParts(settings, tensors));
  for (const [key, [type, value]] of Object.entries(settings)) expect(read.metadata[key], key).toEqual(type === 'f32' ? Math.fround(value) : typeof value === 'object' ? [...value] : value);
  expect([...read.tensors]).toEqual([['odd', { type: 0, shape: [3] }], ['half', { type: 1, shape: [2, 3] }], ['blocks', { type: 8, shape: [3, 32] }], ['none', { type: 0, shape: [0] }]]);
  expect([...read.values('odd')]).toEqual([1, 2, 3]);
  expect([...read.values('half')]).toEqual([1, 2, 3, 4, -5, 6]);
  const whole = [...defined(halves[0]), ...defined(halves[1])];
  read.values('blocks').forEach((v, i) => expect(Math.abs(v - defined(whole[i]))).toBeLessThan((i < 64 ? 1 : 3) / 250));
});

test('a tensor whose pieces are not what its shape says is refused', async () => {
  const file = readGguf(ggufParts({}, [{ name: 'w', type: 'F16', shape: [2, 3], pieces: () => [new Float32Array(5)] }]));
  await expect(file).rejects.toThrow('Tensor "w": shape [2, 3] as F16 takes 12 bytes but the data has 10.');
});

test('blocks of 8 bits: the step is 1/127 of the largest as f16, and halves are rounded away from zero', () => {
  // The largest is 127, so that a step is 1.
  const block = Float32Array.from({ length: 32 }, (_, i) => [127, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.499_999_97, -126.5][i] ?? i);
  const packed = GGML.Q8_0.pack(block);
  expect(packed.byteLength).toBe(34);
  expect([...packed.subarray(0, 2)]).toEqual([0x00, 0x3c]);
  expect([...new Int8Array(packed.buffer, 2, 9)]).toEqual([127, 1, -1, 2, -2, 3, -3, 0, -127]);
  // Steps are counted in f32, before they are rounded to f16: of 0.1 the largest still counts 127.
  expect(new Int8Array(GGML.Q8_0.pack(new Float32Array(32).fill(-0.1)).buffer)[2]).toBe(-127);
  expect([...GGML.Q8_0.pack(new Float32Array(32))]).toEqual(new Array(34).fill(0));
});
