import { defined } from '../numbers/defined';

const n = 624;
const m = 397;

/** MT19937 (Matsumoto and Nishimura) seeded by `init_genrand`: torch's CPU generator after `manual_seed(seed)`. */
export class Mersenne {
  private readonly state = new Uint32Array(n);
  private at = n;

  /** `seed` from 0 to 2^32 - 1; torch uses the low 32 bits of larger ones. */
  constructor(seed: number) {
    const { state } = this;
    state[0] = seed;
    // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
    for (let i = 1; i < n; i++) {
      const before = defined(state[i - 1]) ^ (defined(state[i - 1]) >>> 30);
      state[i] = Math.imul(before, 1812433253) + i;
    }
  }

  /** A whole number in [0, 2^32). */
  next(): number {
    if (this.at === n) this.refill();
    let y = defined(this.state[this.at++]);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private refill(): void {
    const { state } = this;
    // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
    for (let i = 0; i < n; i++) {
      const y = (defined(state[i]) & 0x80000000) | (defined(state[(i + 1) % n]) & 0x7fffffff);
      state[i] = defined(state[(i + m) % n]) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }
}
