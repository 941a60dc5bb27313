import { defined } from '../numbers/defined';

/** The multiplier of PCG's 128-bit generator, 0x2360ed051fc65da44385df649fccf645, by 16 bits, the low ones first. */
const MULTIPLIER = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];
/** Limbs of 16 bits in 128. */
const LIMBS = 8;
const LIMB = 0x10000;
const WORD = 2 ** 32;

/** Words of entropy that a seed becomes, mixed with each other. */
const POOL = 4;

/**
 * PCG64 (O'Neill, XSL-RR with 128 bits of state) as `numpy.random.default_rng(seed)` has it. Source: numpy/random/src/pcg64 and
 * bit_generator.pyx (SeedSequence).
 */
export class Pcg64 {
  private readonly state = new Float64Array(LIMBS);
  private readonly increment = new Float64Array(LIMBS);
  /** The upper half of the last 64 bits; null where it is used up. */
  private upper: number | null = null;

  /** `seed` is a whole number from 0 on, up to 2^53. */
  constructor(seed: number) {
    const words = seedWords(seed, 8);
    // Of two words of 64 bits the first is the upper half; those of 32 bits that make one have the low half first.
    const limbs = (from: number) => [2, 3, 0, 1].flatMap((at) => [defined(words[from + at]) & 0xffff, defined(words[from + at]) >>> 16]);
    const [start, sequence] = [limbs(0), limbs(4)];
    sequence.forEach((limb, i) => (this.increment[i] = ((limb << 1) & 0xffff) | (i === 0 ? 1 : defined(sequence[i - 1]) >>> 15)));
    this.step();
    this.addTo(Float64Array.from(start));
    this.step();
  }

  /** A whole number in [0, 2^32): of each 64 bits the lower half first. */
  next(): number {
    if (this.upper !== null) {
      const { upper } = this;
      this.upper = null;
      return upper;
    }
    this.step();
    const word = (i: number) => (defined(this.state[2 * i]) | (defined(this.state[2 * i + 1]) << 16)) >>> 0;
    // The halves of the state, one upon the other, rotated by its upper six bits.
    const [low, high, turn] = [word(0) ^ word(2), word(1) ^ word(3), defined(this.state[LIMBS - 1]) >>> 10];
    const by = turn % 32;
    const [a, b] = turn < 32 ? [low, high] : [high, low];
    const rotated = (lower: number, upper: number) => (by === 0 ? lower : (lower >>> by) | (upper << (32 - by))) >>> 0;
    this.upper = rotated(b, a);
    return rotated(a, b);
  }

  /** state * MULTIPLIER + increment, modulo 2^128: every sum stays far below 2^53. */
  private step(): void {
    const { state, increment } = this;
    const before = Array.from(state);
    let carry = 0;
    for (let i = 0; i < LIMBS; i++) {
      let sum = carry + defined(increment[i]);
      for (let j = 0; j <= i; j++) sum += defined(before[j]) * defined(MULTIPLIER[i - j]);
      state[i] = sum % LIMB;
      carry = Math.floor(sum / LIMB);
    }
  }

  private addTo(other: Float64Array): void {
    const { state } = this;
    let carry = 0;
    for (let i = 0; i < LIMBS; i++) {
      const sum = defined(state[i]) + defined(other[i]) + carry;
      state[i] = sum % LIMB;
      carry = Math.floor(sum / LIMB);
    }
  }
}

/** NumPy's SeedSequence(seed).generate_state(count): words of 32 bits. */
function seedWords(seed: number, count: number): number[] {
  const entropy = [seed % WORD, Math.floor(seed / WORD)];
  const hash = hashing(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) {
      if (from !== to) pool[to] = folded(Math.imul(0xca01f9dd, defined(pool[to])) - Math.imul(0x4973f715, hash(defined(pool[from]))));
    }
  }
  const out = hashing(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => out(defined(pool[i % POOL])));
}

/** A hash of words whose constant changes with each. */
function hashing(constant: number, multiplier: number): (word: number) => number {
  let by = constant;
  return (word) => {
    const mixed = word ^ by;
    by = Math.imul(by, multiplier);
    return folded(Math.imul(mixed, by));
  };
}

/** The upper half of a word upon its lower one. */
const folded = (word: number): number => (word ^ (word >>> 16)) >>> 0;
