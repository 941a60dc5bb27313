import { FormatError } from './formatError';

/**
 * Thrift's compact protocol, walked without building anything: the check that stands before hyparquet's reader, which
 * believes list lengths and takes endless numbers. Format: thrift's doc/specs/thrift-compact-protocol.md.
 */

const maxDepth = 24;
const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Position after the struct that starts at `offset`. Throws FormatError when its lengths cannot be true or it nests too deep. */
export function structEnd(view: DataView, offset: number, depth = 0): number {
  if (depth > maxDepth) throw new FormatError('Its headers nest too deep.');
  let at = offset;
  for (;;) {
    const byte = byteAt(view, at++);
    const type = byte & 15;
    if (type === STOP) return at;
    if (byte >> 4 === 0) at = varint(view, at).end;
    at = elementEnd(view, at, type, depth);
  }
}

function elementEnd(view: DataView, at: number, type: number, depth: number): number {
  if (type === TRUE || type === FALSE) return at;
  if (type === BYTE) return fits(view, at + 1);
  if (type > BYTE && type <= I64) return varint(view, at).end;
  if (type === DOUBLE) return fits(view, at + 8);
  if (type === STRUCT) return structEnd(view, at, depth + 1);
  if (type === BINARY) {
    const { value, end } = varint(view, at);
    return fits(view, end + value);
  }
  if (type !== LIST) throw new FormatError(`Its headers hold a field of unknown type ${type}.`);
  const byte = byteAt(view, at);
  const { value: length, end } = byte >> 4 === 15 ? varint(view, at + 1) : { value: byte >> 4, end: at + 1 };
  const element = byte & 15;
  // Each element takes a byte at least.
  if (length > view.byteLength - end) throw new FormatError(`A list in its headers claims ${length} entries in ${view.byteLength - end} bytes.`);
  let next = end;
  for (let i = 0; i < length; i++) next = element === TRUE || element === FALSE ? fits(view, next + 1) : elementEnd(view, next, element, depth);
  return next;
}

/** An unsigned LEB128 number of at most ten bytes. */
export function varint(view: DataView, offset: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = byteAt(view, offset + i);
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: offset + i + 1 };
  }
  throw new FormatError('Its headers hold a number of more than ten bytes.');
}

function byteAt(view: DataView, at: number): number {
  return view.getUint8(fits(view, at + 1) - 1);
}

function fits(view: DataView, end: number): number {
  if (!(end <= view.byteLength)) throw new FormatError('Its headers are cut short.');
  return end;
}
