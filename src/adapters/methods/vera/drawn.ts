import { Mersenne } from '../../../io/mersenne';
import { checkDraw, uniform, type Bases } from '../../../io/torchRandom';

/**
 * The bases that PEFT makes for VeRA from `projection_prng_key`, bit for bit (peft/tuners/vera/model.py):
 * A (r, inMax), or `times` as many rows, then B (outMax, r), Kaiming uniform in f32. Throws FormatError for sizes or a key that cannot be.
 */
export function veraBases(key: number, r: number, inMax: number, outMax: number, times = 1): Bases {
  checkDraw(key, [r, inMax, outMax], r * Math.max(times * inMax, outMax));
  const random = new Mersenne(key);
  const draw = (count: number, fanIn: number) => {
    const bound = Math.sqrt(3) * (Math.SQRT2 / Math.sqrt(fanIn));
    return uniform(random, new Float32Array(count), bound, 'f32');
  };
  const A = draw(times * r * inMax, inMax);
  return { A, B: draw(outMax * r, r), shapeA: [times * r, inMax], shapeB: [outMax, r] };
}
