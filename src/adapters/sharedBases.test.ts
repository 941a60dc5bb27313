import { describe, expect, test } from 'vitest';
import { generatedHeader, unpackGenerated } from '../io/ternary';
import { there } from '../testing/there';
import { ConfigError } from './fields';
import type { MethodConfig } from './field';
import { generator } from './init';
import { randloraBases } from './methods/randlora/drawn';
import { sharedBases } from './methods/randlora/bases';

const layers = [{ name: 'a', in: 8, out: 6 }, { name: 'b', in: 6, out: 20 }];
const config = (more: object = {}): MethodConfig => ({ method: 'randlora', r: 4, projection_prng_key: 3, bases: 'uniform', bases_storage: 'auto', ablation: 'none', ...more });
/** Sizes over all layers: 20 and 8, so that there are two of rank 4. */
const shapes = { A: [4, 1, 8], B: [20, 2, 4] };
const values = (more: object) => {
  const { randlora_A: A, randlora_B: B } = sharedBases(config(more), layers);
  return { A: there(A.data)(), B: there(B.data)() };
};

describe('fixed bases', () => {
  test('are as large as PEFT has them, and on the GPU as large as they are used', () => {
    const { randlora_A: A, randlora_B: B } = sharedBases(config(), layers);
    expect([A.shape, B.shape]).toEqual([shapes.A, shapes.B]);
    // The smaller side of any layer is 6.
    expect([A.stored, B.stored]).toEqual([{ shape: [4, 1, 6], dtype: 'f32' }, { shape: [20, 2, 4], dtype: 'bf16' }]);
    const wide = sharedBases(config(), [{ name: 'a', in: 9, out: 5 }, { name: 'b', in: 4, out: 20 }]);
    expect([wide.randlora_A.shape, wide.randlora_B.shape, wide.randlora_A.stored?.shape, wide.randlora_B.stored?.shape]).toEqual([[4, 1, 9], [20, 3, 4], [4, 1, 5], [20, 2, 4]]);
    const tall = sharedBases(config(), [{ name: 'a', in: 30, out: 6 }]);
    expect([tall.randlora_A.shape, tall.randlora_B.shape]).toEqual([[4, 1, 6], [30, 2, 4]]);
  });

  test.each<[object, string]>([
    [{}, 'bf16'],
    [{ bases_storage: 'f16' }, 'f16'],
    [{ bases_storage: 'f32' }, 'f32'],
    [{ ablation: 'a' }, 'f32'],
    [{ ablation: 'a', bases_storage: 'bf16' }, 'f32'],
    [{ bases: 'normal' }, 'f32'],
    [{ bases: 'binary' }, 'ternary'],
    [{ bases: 'binary', bases_storage: 'bf16' }, 'bf16'],
    [{ bases: 'binary', bases_storage: 'f16' }, 'f16'],
    [{ bases: 'binary', bases_storage: 'f32' }, 'f32'],
    [{ bases: 'sparse' }, 'ternary'],
    [{ bases: 'sparse', bases_storage: 'f32' }, 'f32'],
    [{ bases: 'very_sparse' }, 'ternary'],
    [{ bases: 'very_sparse', bases_storage: 'f32' }, 'f32'],
    [{ bases: 'generated' }, 'generated'],
    [{ bases: 'generated', bases_storage: 'ternary' }, 'ternary'],
    [{ bases: 'generated', bases_storage: 'f32' }, 'f32'],
  ])('with %j are stored as %s', (more, dtype) => expect(sharedBases(config(more), layers).randlora_B.stored?.dtype).toBe(dtype));

  test.each<[object, RegExp, object?]>([
    [{ bases: 'normal', bases_storage: 'f16' }, /normal bases; they can be stored as f32\.$/],
    [{ bases: 'uniform', bases_storage: 'ternary' }, /uniform bases; they can be stored as bf16 or f16 or f32\.$/],
    [{ bases: 'generated', bases_storage: 'bf16' }, /generated bases; they can be stored as ternary or f32\.$/],
    [{ bases_storage: 'bf16' }, /the file's bases; they can be stored as f16 or f32\.$/, { randlora_B: { shape: shapes.B, types: ['f16', 'f32'] } }],
  ])('of %j are refused, with the types that do not change them', (more, message, file) => {
    expect(() => sharedBases(config(more), layers, file as never)).toThrow(ConfigError);
    expect(() => sharedBases(config(more), layers, file as never)).toThrow(message);
  });

  test('of a file are stored by what they hold', () => {
    expect(sharedBases(config({ bases: 'normal' }), layers, { randlora_B: { shape: shapes.B, types: ['ternary', 'f32'] } }).randlora_B.stored?.dtype).toBe('ternary');
  });

  test('that are generated have a key each, by which kernels make them', () => {
    const { randlora_A: A, randlora_B: B } = sharedBases(config({ bases: 'generated' }), layers);
    expect([A.stored, B.stored]).toEqual([{ shape: shapes.A, dtype: 'generated', header: generatedHeader(6) }, { shape: shapes.B, dtype: 'generated', header: generatedHeader(7) }]);
    expect([there(A.data)(), there(B.data)()]).toEqual([unpackGenerated(generatedHeader(6), 32), unpackGenerated(generatedHeader(7), 160)]);
  });

  test('are drawn as PEFT draws them, once', () => {
    for (const [bases, options] of [['uniform', {}], ['sparse', { sparse: true }], ['very_sparse', { verySparse: true }]] as const) {
      const { A, B } = randloraBases(3, 4, 20, 8, options);
      expect(values({ bases })).toEqual({ A, B });
    }
    const { randlora_A: one } = sharedBases(config(), layers);
    expect(there(one.data)()).toBe(there(one.data)());
  });

  test('binary ones are signs, in the order in which they are drawn for a key', () => {
    const signs = (what: string, length: number) => {
      const random = generator(`randlora ${what} binary 3`);
      return Float32Array.from({ length }, () => (random() < 0.5 ? -1 : 1));
    };
    expect(values({ bases: 'binary' })).toEqual({ A: signs('A', 32), B: signs('B', 160) });
  });

  test.each(['normal', 'binary'])('%s ones are others for each key and of standard deviation 1', (bases) => {
    const { A, B } = values({ bases });
    expect([A.length, B.length, values({ bases }).A, values({ bases }).B]).toEqual([32, 160, A, B]);
    expect(values({ bases, projection_prng_key: 4 }).B).not.toEqual(B);
    expect(B.subarray(0, 32)).not.toEqual(A);
    const many = there(sharedBases(config({ bases }), [{ name: 'a', in: 64, out: 64 }]).randlora_B.data)();
    const mean = many.reduce((sum, x) => sum + x, 0) / many.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.sqrt(many.reduce((sum, x) => sum + x * x, 0) / many.length)).toBeCloseTo(1, 1);
    expect(new Set(many).size > 2).toBe(bases === 'normal');
    if (bases === 'binary') expect([...new Set(many)].sort()).toEqual([-1, 1]);
  });
});
