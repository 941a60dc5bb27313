import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { joinParts } from '../io/joinParts';
import { defined } from '../numbers/defined';
import type { RunRecord } from '../train/protocol';
import { fileNames, scalarsOf } from './runs';

/**
 * TensorBoard's event files: a TFRecord for each event, which is a protobuf message of tensorflow/core/util/event.proto with
 * a Summary of scalars (core/framework/summary.proto), as `simple_value`s, which every version reads. Numbers of one step
 * make one event, and each metric has points only where it was measured.
 */
const field = { event: { wall_time: 1, step: 2, file_version: 3, summary: 5 }, summary: { value: 1 }, value: { tag: 1, simple_value: 2 } };

/** One event file a run, in a folder of the run's name. `saved` (milliseconds of the epoch) stands in for a run's start where that is not known. */
export function tensorboardFiles(runs: readonly RunRecord[], saved: number): { path: string; bytes: Uint8Array }[] {
  const folders = fileNames(runs);
  return runs.map((run, i) => {
    const start = (run.created || saved) / 1000;
    return { path: `${folders[i]}/events.out.tfevents.${Math.floor(start)}.fullrank`, bytes: eventFile(run, start) };
  });
}

function eventFile(run: RunRecord, start: number): Uint8Array {
  const records: Uint8Array[] = [record(new BinaryWriter().tag(field.event.wall_time, WireType.Bit64).double(start).tag(field.event.file_version, WireType.LengthDelimited).string('brain.Event:2').finish())];
  const scalars = scalarsOf(run);
  for (let from = 0, to = 0; from < scalars.length; from = to) {
    const { step, seconds } = defined(scalars[from]);
    const summary = new BinaryWriter();
    for (; to < scalars.length && defined(scalars[to]).step === step; to++) {
      const { metric, value } = defined(scalars[to]);
      summary.tag(field.summary.value, WireType.LengthDelimited).fork();
      summary.tag(field.value.tag, WireType.LengthDelimited).string(metric).tag(field.value.simple_value, WireType.Bit32).float(value).join();
    }
    const event = new BinaryWriter().tag(field.event.wall_time, WireType.Bit64).double(start + seconds).tag(field.event.step, WireType.Varint).int64(step);
    records.push(record(event.tag(field.event.summary, WireType.LengthDelimited).bytes(summary.finish()).finish()));
  }
  return joinParts(records);
}

/** A TFRecord: length (u64), its checksum, the bytes, their checksum; little-endian. */
function record(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.byteLength + 16);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.byteLength), true);
  view.setUint32(8, masked(out.subarray(0, 8)), true);
  out.set(data, 12);
  view.setUint32(12 + data.byteLength, masked(data), true);
  return out;
}

/** CRC-32C (Castagnoli, reflected 0x82f63b78), turned by 15 bits and moved by a constant, as TFRecord wants it. */
function masked(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

/** CRC-32C; of "123456789" it is 0xe3069283 (RFC 3720). */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = defined(table[(crc ^ byte) & 255]) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
