/** A reader of TensorBoard's event files that shares nothing with their writer: bytes, checksums and messages by hand. */
import { defined } from '../numbers/defined';

export type Scalars = { tag: string; step: number; value: number; wall_time: number }[];

/** CRC-32C bit by bit. */
function castagnoli(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Undoes the mask of TFRecord: subtracts the constant and turns back. */
function unmasked(value: number): number {
  const turned = (value - 0xa282ead8) >>> 0;
  return ((turned << 15) | (turned >>> 17)) >>> 0;
}

type Field = { number: number; wire: number; value: bigint | Uint8Array };

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = defined(bytes[at++]);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, wire] = [key >> 3, key & 7];
    if (wire === 0) yield { number, wire, value: varint() };
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      if (at + length > bytes.length) throw new Error('a field ends beyond its message');
      yield { number, wire, value: bytes.subarray(at, (at += length)) };
    }
  }
}

const view = (bytes: bigint | Uint8Array): DataView => new DataView((bytes as Uint8Array).buffer, (bytes as Uint8Array).byteOffset, (bytes as Uint8Array).byteLength);
const text = (bytes: bigint | Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes as Uint8Array);

/** Version and scalars of an event file. Throws where a checksum or a length is wrong. */
export function eventsIn(file: Uint8Array): { version: string; scalars: Scalars } {
  let version = '';
  const scalars: Scalars = [];
  for (let at = 0; at < file.length; ) {
    const head = view(file.subarray(at, at + 12));
    const length = Number(head.getBigUint64(0, true));
    const data = file.subarray(at + 12, at + 12 + length);
    const tail = view(file.subarray(at + 12 + length, at + 16 + length));
    if (unmasked(head.getUint32(8, true)) !== castagnoli(file.subarray(at, at + 8))) throw new Error('checksum of a length');
    if (unmasked(tail.getUint32(0, true)) !== castagnoli(data)) throw new Error('checksum of an event');
    at += 16 + length;
    let [wall_time, step] = [0, 0];
    for (const { number, value } of fields(data)) {
      if (number === 1) wall_time = view(value).getFloat64(0, true);
      else if (number === 2) step = Number(value);
      else if (number === 3) version = text(value);
      else if (number === 5) {
        for (const entry of fields(value as Uint8Array)) {
          const parts = new Map([...fields(entry.value as Uint8Array)].map((part) => [part.number, part.value]));
          scalars.push({ tag: text(parts.get(1)!), step, value: view(parts.get(2)!).getFloat32(0, true), wall_time });
        }
      }
    }
  }
  return { version, scalars };
}
