import { defined } from '../../numbers/defined';
import { HOLE } from '../template';

/** The module with its overrides open, and where they and the kind of its memory stand. */
export interface Opened {
  wasm: Uint8Array;
  at: Record<string, number[]>;
  memoryAt: number;
  /** Positions of products of vectors, each followed by that of the sum whose first term it is. */
  products: number[];
}

const SECTION = { import: 2, export: 7, code: 10 };
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;
const GLOBAL = 3;

/**
 * Replaces each read of an exported global by a constant of five bytes that can be filled in, so that the engine's own compiler
 * knows its value and leaves out what it rules out. Of the exports only `run` stays.
 */
export function open(module: Uint8Array, names: string[]): Opened {
  const reader = new Reader(module);
  reader.at = 8;
  const out: number[][] = [[...module.subarray(0, 8)]];
  let length = 8;
  const put = (bytes: number[]): void => {
    out.push(bytes);
    length += bytes.length;
  };
  const sections: { id: number; from: number; to: number }[] = [];
  while (reader.at < module.length) {
    const id = defined(module[reader.at++]);
    const size = reader.number();
    sections.push({ id, from: reader.at, to: reader.at + size });
    reader.at += size;
  }
  const indices = exportedGlobals(reader, sections.find(({ id }) => id === SECTION.export)!.from, names);
  const at: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  const products: number[] = [];
  let memoryAt = 0;
  for (const { id, from, to } of sections) {
    if (id === SECTION.export) {
      const kept = onlyRun(reader, from);
      put([id, ...unsigned(kept.length), ...kept]);
    } else if (id === SECTION.code) {
      const { bytes, holes, pairs } = code(reader, from, indices);
      put([id, ...unsigned(bytes.length)]);
      for (const { name, place } of holes) defined(at[name]).push(length + place);
      for (const place of pairs) products.push(length + place);
      put(bytes);
    } else {
      put([id, ...unsigned(to - from)]);
      // One import: two names, the kind, and how large the memory is.
      if (id === SECTION.import) memoryAt = length + importedMemory(reader, from) - from;
      put([...module.subarray(from, to)]);
    }
  }
  return { wasm: Uint8Array.from(out.flat()), at, memoryAt, products };
}

class Reader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** An unsigned number (LEB128); of a signed one it finds the end. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = defined(this.bytes[this.at++]);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value);
  return bytes;
}

/** Names of globals by their index. */
function exportedGlobals(reader: Reader, from: number, names: string[]): Map<number, string> {
  const found = new Map<number, string>();
  reader.at = from;
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.text();
    const kind = reader.bytes[reader.at++];
    const index = reader.number();
    if (kind === GLOBAL && names.includes(name)) found.set(index, name);
  }
  return found;
}

function onlyRun(reader: Reader, from: number): number[] {
  reader.at = from;
  for (let left = reader.number(); left > 0; left--) {
    const begin = reader.at;
    const name = reader.text();
    reader.at++;
    reader.number();
    if (name === 'run') return [1, ...reader.bytes.subarray(begin, reader.at)];
  }
  throw new Error('the module has no run');
}

/** Position of the flags of the only import. */
function importedMemory(reader: Reader, from: number): number {
  reader.at = from;
  if (reader.number() !== 1) throw new Error('the module imports more than its memory');
  reader.text();
  reader.text();
  return reader.at + 1;
}

/** The bodies of functions with holes; places count from the first byte of the section. */
function code(reader: Reader, from: number, indices: Map<number, string>): { bytes: number[]; holes: { name: string; place: number }[]; pairs: number[] } {
  reader.at = from;
  const count = reader.number();
  const bytes = unsigned(count);
  const holes: { name: string; place: number }[] = [];
  const pairs: number[] = [];
  for (let i = 0; i < count; i++) {
    const size = reader.number();
    const end = reader.at + size;
    const body: number[] = [];
    const own: { name: string; place: number }[] = [];
    const trail: Placed[] = [];
    const begin = reader.at;
    for (let groups = reader.number(); groups > 0; groups--) {
      reader.number();
      reader.at++;
    }
    body.push(...reader.bytes.subarray(begin, reader.at));
    while (reader.at < end) {
      const start = reader.at;
      const [op, more] = instruction(reader);
      trail.push({ op, more, place: body.length });
      const name = op === GLOBAL_GET ? indices.get(defined(reader.bytes[start + 1])) : undefined;
      if (name !== undefined && reader.at === start + 2) {
        own.push({ name, place: body.length + 1 });
        body.push(I32_CONST, ...Array.from({ length: HOLE }, (_, k) => (k < HOLE - 1 ? 0x80 : 0)));
      } else for (let k = start; k < reader.at; k++) body.push(defined(reader.bytes[k]));
    }
    bytes.push(...unsigned(body.length));
    for (const { name, place } of own) holes.push({ name, place: bytes.length + place });
    for (const place of fusible(trail)) pairs.push(bytes.length + place);
    for (const byte of body) bytes.push(byte);
  }
  return { bytes, holes, pairs };
}

interface Placed {
  op: number;
  /** The second number of an instruction that has two. */
  more: number;
  place: number;
}

const SIMD = 0xfd;
const F32X4 = { mul: 230, add: 228 };

/** Places of products, each followed by that of the sum whose first term it is and nothing else. */
function fusible(trail: Placed[]): number[] {
  const found: number[] = [];
  for (const [i, { op, more, place }] of trail.entries()) {
    if (op !== SIMD || more !== F32X4.mul) continue;
    // Values that lie on the product.
    let above = 0;
    for (let j = i + 1; j < trail.length; j++) {
      const next = defined(trail[j]);
      const effect = effectOf(next);
      if (!effect) break;
      const [taken, given] = effect;
      if (taken > above) {
        if (next.op === SIMD && next.more === F32X4.add && above === 1) found.push(place, next.place);
        break;
      }
      above += given - taken;
    }
  }
  return found;
}

/** Number of values that an instruction takes from the stack and gives; undefined for those that terms of sums do not have. Source: WebAssembly's specification, 5.4. */
function effectOf({ op, more }: Placed): [taken: number, given: number] | undefined {
  const within = (least: number, most: number, n = op): boolean => n >= least && n <= most;
  if (op === 0x20 || op === GLOBAL_GET || within(0x41, 0x44)) return [0, 1];
  if (op === 0x22 || within(0x28, 0x35) || op === 0x45 || within(0x67, 0x69) || within(0x8b, 0x91)) return [1, 1];
  if (within(0x46, 0x4f) || within(0x5b, 0x60) || within(0x6a, 0x78) || within(0x92, 0x98)) return [2, 1];
  if (op === 0x1b) return [3, 1];
  if (op !== SIMD) return undefined;
  if (more === 12) return [0, 1];
  if (more <= 10 || within(15, 22, more) || [24, 25, 27, 29, 31, 33, 77, 92, 93, 160, 224, 225, 227, 250, 251].includes(more)) return [1, 1];
  if ([13, 14, 23, 26, 28, 30, 32, 34].includes(more) || within(35, 76, more) || within(78, 81, more) || within(171, 174, more) || [177, 181].includes(more) || within(228, 235, more)) return [2, 1];
  return more === 82 ? [3, 1] : undefined;
}

/** Numbers (LEB128) behind each instruction of one byte that has any. */
const NUMBERS: Record<number, number> = { 0x02: 1, 0x03: 1, 0x04: 1, 0x0c: 1, 0x0d: 1, 0x10: 1, 0x20: 1, 0x21: 1, 0x22: 1, 0x23: 1, 0x24: 1, 0x3f: 1, 0x40: 1, 0x41: 1, 0x42: 1 };
const BYTES: Record<number, number> = { 0x43: 4, 0x44: 8 };

/** Goes behind an instruction; what it is: its first byte, and of those that have one the number behind it. Source: WebAssembly's specification, 5.4. */
function instruction(reader: Reader): [op: number, more: number] {
  const op = defined(reader.bytes[reader.at++]);
  let more = 0;
  const numbers = (n: number): void => {
    for (; n > 0; n--) reader.number();
  };
  if (op >= 0x28 && op <= 0x3e) numbers(2);
  else if (op === 0x0e || op === 0x1c) throw new Error(`the instruction ${op} is not expected`);
  else if (op === 0xfc) {
    more = reader.number();
    numbers(more === 8 || more === 10 ? 2 : more === 9 || more === 11 ? 1 : 0);
  } else if (op === 0xfd) {
    more = reader.number();
    if (more <= 11 || more === 92 || more === 93) numbers(2);
    else if (more === 12 || more === 13) reader.at += 16;
    else if (more >= 21 && more <= 34) reader.at++;
    else if (more >= 84 && more <= 91) {
      numbers(2);
      reader.at++;
    }
  } else {
    numbers(NUMBERS[op] ?? 0);
    reader.at += BYTES[op] ?? 0;
  }
  return [op, more];
}
