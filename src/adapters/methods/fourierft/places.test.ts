import { expect, test } from 'vitest';
import { Mersenne } from '../../../io/mersenne';
import { permutationStart } from '../../../io/torchRandom';
import { describeGolden, golden } from '../../../testing/golden';
import { ConfigError } from '../../fields';
import { checkCount, placesOf } from './places';

test('the start of a permutation is that of the whole, which has every number once', () => {
  const all = [...permutationStart(new Mersenne(5), 40, 40)];
  expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  for (const k of [0, 1, 17, 39]) expect([...permutationStart(new Mersenne(5), 40, k)]).toEqual(all.slice(0, k));
});

test('more places than a layer has are refused, in a sentence', () => {
  const layer = { name: 'dense', in: 4, out: 3 };
  expect(() => checkCount(12, layer)).not.toThrow();
  expect(() => checkCount(13, layer)).toThrow(ConfigError);
  expect(() => checkCount(13, layer)).toThrow('n_frequency is 13, and dense has 12 places (3 x 4); choose at most so many.');
});

const FROZEN = 'methods2/adapters/vit_small_dev/fourierft_n60/frozen.safetensors';
describeGolden('places of PEFT', FROZEN, () => {
  test.each([['vit.encoder.layer.0.attention.attention.query', 48, 48], ['vit.encoder.layer.1.intermediate.dense', 48, 112], ['vit.encoder.layer.1.output.dense', 112, 48]] as const)('%s has them, in the order in which they are drawn', async (name, n, m) => {
    const file = await golden(FROZEN);
    const wanted = await file.readF32(`${name}.indices`);
    const { rows, columns } = placesOf({ method: 'fourierft', random_loc_seed: 4711 }, { name, in: n, out: m }, wanted.length / 2);
    expect([...rows, ...columns]).toEqual([...wanted]);
  });
});
