import { FormatError } from '../formatError';

/**
 * Records of the browser's database as files: JSON, and beside it the bytes of all typed arrays in the order in which
 * the JSON names them, as `{"$": "Float32Array", "n": 3}`. Numbers that JSON has no word for are `{"$": "NaN"}`.
 */

const arrays = { Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array };
type ArrayName = keyof typeof arrays;
type TypedArray = InstanceType<(typeof arrays)[ArrayName]>;
const numbers: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };
const maxDepth = 64;

/** A record, ready to be written. */
export interface Encoded {
  json: string;
  /** Bytes of its arrays, in order; views of the record. */
  parts: Uint8Array<ArrayBuffer>[];
}

export function encodeRecord(value: unknown): Encoded {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const encode = (v: unknown): unknown => {
    if (typeof v === 'number' && !Number.isFinite(v)) return { $: String(v) };
    if (typeof v !== 'object' || v === null) return v;
    if (Array.isArray(v)) return v.map(encode);
    if (ArrayBuffer.isView(v)) {
      const name = v.constructor.name;
      if (!(name in arrays)) throw new Error(`A record holds a ${name}, which is not written.`);
      parts.push(new Uint8Array(v.buffer as ArrayBuffer, v.byteOffset, v.byteLength));
      return { $: name, n: (v as TypedArray).length };
    }
    const entries = Object.entries(v).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, encode(inner)] as const);
    return '$' in v ? { $: 'object', of: entries } : Object.fromEntries(entries);
  };
  return { json: JSON.stringify(encode(value) ?? null), parts };
}

/** Reads a record back. What is allocated is what `bytes` holds. Throws FormatError. */
export function decodeRecord(json: unknown, bytes: Uint8Array): unknown {
  let at = 0;
  const array = (name: ArrayName, n: unknown): TypedArray => {
    const of = arrays[name];
    if (!isLength(n)) throw wrong(`its ${name} has no length`);
    const end = at + n * of.BYTES_PER_ELEMENT;
    if (end > bytes.byteLength) throw wrong(`its ${name} of ${n} values is not there`);
    // Most records have one array, of megabytes: then nothing is copied.
    const whole = at === 0 && end === bytes.buffer.byteLength;
    const { buffer } = whole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice(at, end);
    at = end;
    return new of(buffer);
  };
  const decode = (v: unknown, depth: number): unknown => {
    if (depth > maxDepth) throw wrong('it is nested too deep');
    if (typeof v !== 'object' || v === null) return v;
    if (Array.isArray(v)) return v.map((inner) => decode(inner, depth + 1));
    if (!Object.hasOwn(v, '$')) return fromEntries(Object.entries(v), depth);
    const { $: name, n, of } = v as { $: unknown; n?: unknown; of?: unknown };
    if (typeof name !== 'string') throw wrong('it holds a value of an unknown kind');
    if (Object.hasOwn(numbers, name)) return numbers[name];
    if (Object.hasOwn(arrays, name)) return array(name as ArrayName, n);
    if (name === 'object' && Array.isArray(of) && of.every((entry) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string')) return fromEntries(of as [string, unknown][], depth);
    throw wrong('it holds a value of an unknown kind');
  };
  const fromEntries = (entries: [string, unknown][], depth: number) => Object.fromEntries(entries.map(([key, inner]) => [key, decode(inner, depth + 1)]));
  const value = decode(json, 0);
  if (at !== bytes.byteLength) throw wrong(`it names ${at} of its ${bytes.byteLength} bytes`);
  return value;
}

const isLength = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

const wrong = (why: string): FormatError => new FormatError(`A record of the project file is damaged: ${why}.`);
