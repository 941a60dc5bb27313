import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isDevice, openDevice } from '../engine/device';
import type { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { openCheckpoint } from '../io/checkpoint';
import { dtypeBytes, toF32, type Dtype } from '../io/dtype';
import { diskFiles } from '../io/hub/diskFiles.node';
import { Hub } from '../io/hub/hub';
import { bytesAccess, openSafetensors, writeSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { gpu } from '../testing/device';
import { growth } from '../testing/growth.node';
import { type HubContent, startHub, textContent } from '../testing/hubServer.node';
import { loadWeights } from './load';
import type { Trace } from './trace';

const root = mkdtempSync(join(tmpdir(), 'fullrank-stream-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** 604 MB: one tensor as large as CLIP's token embedding, many as an encoder has them, in each type that occurs. */
const shapes = new Map<string, { dtype: Dtype; shape: number[] }>([
  ['token_embedding', { dtype: 'F32', shape: [49408, 512] }],
  ...Array.from({ length: 80 }, (_, i) => [`layers.${i}.fc`, { dtype: (['BF16', 'F32', 'F16'] as const)[i % 3], shape: [3072, 768 + (i % 3 === 1 ? 0 : 1)] }] as [string, { dtype: Dtype; shape: number[] }]),
]);
const bytesOf = ({ dtype, shape }: { dtype: Dtype; shape: number[] }) => shape.reduce((n, d) => n * d, dtypeBytes[dtype]);

/** A file of these shapes, made on the fly: a block of bytes that are finite numbers in every type, over and over. */
function largeFile(): { content: HubContent; at(name: string): Uint8Array } {
  const block = new Uint8Array(1 << 20);
  let x = 7;
  for (let i = 0; i < block.length; i++) block[i] = 0x30 + (((x = (Math.imul(x, 1664525) + 1013904223) | 0) >>> 24) & 15);
  const entries: [string, unknown][] = [];
  const starts = new Map<string, number>();
  let offset = 0;
  for (const [name, info] of shapes) {
    entries.push([name, { dtype: info.dtype, shape: info.shape, data_offsets: [offset, offset + bytesOf(info)] }]);
    starts.set(name, offset);
    offset += bytesOf(info);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  const size = header.length + offset;
  const at = (start: number, end: number): Uint8Array => {
    const from = (start - header.length) % block.length;
    if (start >= header.length && from + end - start <= block.length) return block.subarray(from, from + end - start);
    const out = new Uint8Array(end - start);
    for (let i = start; i < end; i++) out[i - start] = i < header.length ? defined(header[i]) : defined(block[(i - header.length) % block.length]);
    return out;
  };
  const hash = createHash('sha256').update(header);
  for (let left = offset; left > 0; left -= block.length) hash.update(block.subarray(0, Math.min(left, block.length)));
  return { content: { size, at, sha256: hash.digest('hex'), lfs: true }, at: (name) => at(header.length + starts.get(name)!, header.length + starts.get(name)! + 4096) };
}

test('600 MB go from the network to the disk and from there to the GPU, and JavaScript never holds 64 MB of them', async () => {
  const { content, at } = largeFile();
  expect(content.size).toBeGreaterThan(600e6);
  const server = await startHub({ 'a/large': { 'config.json': textContent({}), 'model.safetensors': content } });
  const device = await openDevice(gpu());
  if (!isDevice(device)) throw new Error(device.message);
  try {
    const hub = new Hub(() => diskFiles(root));
    const loading = await growth(async () => void (await hub.open('a/large', { endpoint: server.endpoint })));

    const rec = new Recorder();
    for (const [name, { shape }] of shapes) rec.declare('frozen', name, shape, name.startsWith('layers.1') ? 'f16' : 'f32');
    // One small buffer stands for all tensors: this is about the way there.
    const { queue } = device.gpu;
    const buffer = device.createBuffer('sink', 'frozen', 4 << 20, 0x8);
    const written = new Map<string, number>();
    const first = new Map<string, Float32Array>();
    const sink = {
      has: () => true,
      borrows: () => false,
      idle: () => queue.onSubmittedWorkDone(),
      write(t: Tensor, data: Float32Array | Uint16Array, offset: number) {
        expect(offset).toBe(written.get(t.label) ?? 0); // in order, without gaps
        written.set(t.label, offset + data.byteLength);
        if (offset === 0 && data instanceof Float32Array) first.set(t.label, data.slice(0, 16));
        queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
      },
    };
    const trace = { weights: new Map([...shapes].map(([name, { shape }]) => [name, shape])) } as unknown as Trace;
    const uploading = await growth(async () => {
      const source = await openCheckpoint(await hub.open('a/large', { endpoint: server.endpoint }));
      await loadWeights(sink as unknown as Machine, rec, trace, source, {});
    });
    for (const [name, info] of shapes) {
      expect(written.get(name)).toBe((bytesOf(info) / dtypeBytes[info.dtype]) * (name.startsWith('layers.1') ? 2 : 4));
      const start = first.get(name);
      if (start) expect(start).toEqual(toF32(at(name).slice(), info.dtype).slice(0, 16));
    }
    device.destroyBuffer(buffer);
    console.log(`peak growth: loading ${(loading / 1e6).toFixed(1)} MB, uploading ${(uploading / 1e6).toFixed(1)} MB`);
    expect(loading).toBeLessThan(64e6);
    expect(uploading).toBeLessThan(64e6);
  } finally {
    device.destroy();
    await server.close();
  }
});

test('a tensor that comes in pieces is the one that comes whole, and broken numbers are counted over all of it', async () => {
  const n = 2 * 1024 * 1024 + 3;
  const bits = Uint16Array.from({ length: n }, (_, i) => 0x3c00 + (i % 1000));
  const file = writeSafetensors({ t: { dtype: 'BF16', shape: [n], data: bits }, h: { dtype: 'F16', shape: [n], data: bits } });
  const source = await openSafetensors(bytesAccess(file));
  for (const name of ['t', 'h']) {
    const pieces: [number, number][] = [];
    const got = new Float32Array(n);
    await source.streamF32Checked(name, (values, offset) => {
      pieces.push([offset, values.length]);
      got.set(values, offset);
    });
    expect(pieces).toEqual([[0, 1 << 20], [1 << 20, 1 << 20], [2 << 20, 3]]);
    const whole = await source.readF32(name);
    expect(Buffer.compare(new Uint8Array(got.buffer), new Uint8Array(whole.buffer))).toBe(0);
    expect(await source.readRange(name, 2, 6)).toEqual((await source.read(name)).subarray(2, 6));
    await expect(source.readRange(name, 0, 2 * n + 1)).rejects.toThrow(/are not there/);
  }
  bits[0] = bits[n - 1] = 0x7f80;
  bits[5] = 0x7fff;
  const broken = await openSafetensors(bytesAccess(writeSafetensors({ t: { dtype: 'BF16', shape: [n], data: bits } })));
  await expect(broken.streamF32Checked('t', () => {})).rejects.toThrow(`"t" holds 1 NaN and 2 infinite values out of ${n}`);
});
