import { defined } from '../numbers/defined';

/**
 * Rounds to IEEE half precision: nearest, ties to even. Beyond the range (infinities too) clamps to +-65504, since one
 * infinity in a stored weight would poison every output; NaN stays NaN. `out` has the same length.
 */
export function packF16(values: Float32Array, out: Uint16Array = new Uint16Array(values.length)): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < bits.length; i++) {
    const sign = (defined(bits[i]) >>> 16) & 0x8000;
    const abs = defined(bits[i]) & 0x7fffffff;
    out[i] = sign | magnitude(abs);
  }
  return out;
}

/** Half-precision bits of a float32 without its sign, given by its bits. */
function magnitude(abs: number): number {
  if (abs > 0x7f800000) return 0x7e00;
  // From 65520 on, rounding would give infinity.
  if (abs >= 0x477ff000) return 0x7bff;
  // Stryker disable next-line EqualityOperator: 2^-14 itself is the same both ways
  if (abs >= 0x38800000) {
    const rebiased = abs - 0x38000000; // exponent bias 127 -> 15
    return (rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13;
  }
  // Up to 2^-25, half of the smallest subnormal; the tie goes to zero.
  // Stryker disable next-line EqualityOperator: the tie is zero both ways
  return abs > 0x33000000 ? subnormal(abs) : 0;
}

/** Half-precision subnormal (multiple of 2^-24) nearest to a float32 given by its bits, 2^-25 < value < 2^-14. */
function subnormal(abs: number): number {
  const mantissa = (abs & 0x7fffff) | 0x800000;
  const shift = 126 - (abs >>> 23);
  const kept = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept;
}

/** Widens half-precision bits to float32, exactly. `out` has the same length. */
export function unpackF16(halves: Uint16Array, out: Float32Array = new Float32Array(halves.length)): Float32Array {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < halves.length; i++) {
    const h = defined(halves[i]);
    const exponent = (h >>> 10) & 31;
    const mantissa = h & 0x3ff;
    if (exponent === 0) {
      out[i] = (h & 0x8000 ? -1 : 1) * mantissa * 2 ** -24;
    } else {
      const wide = exponent === 31 ? 255 : exponent + 112;
      bits[i] = ((h & 0x8000) << 16) | (wide << 23) | (mantissa << 13);
    }
  }
  return out;
}

/** Upper halves of float32: exact for values that bf16 holds; the rest of other values is cut off. */
export function packBf16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (b) => b >>> 16);
}

/** Widens bf16 to float32, exactly. `out` has the same length. */
export function unpackBf16(halves: Uint16Array, out: Float32Array = new Float32Array(halves.length)): Float32Array {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < halves.length; i++) bits[i] = defined(halves[i]) << 16;
  return out;
}
