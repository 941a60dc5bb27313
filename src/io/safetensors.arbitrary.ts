import type { Parser } from '../testing/chaos/parser';
import { tinyJson } from '../testing/tiny';
import { defined } from '../numbers/defined';
import { openCheckpoint } from './checkpoint';
import { memoryTree } from './fileTree';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData, type TensorSource } from './safetensors';

const tensors: Record<string, TensorData> = {
  'a.weight': { dtype: 'F32', shape: [4, 8], data: Float32Array.from({ length: 32 }, (_, i) => i / 8) },
  'b.weight': { dtype: 'F16', shape: [2, 3, 4], data: Uint16Array.from({ length: 24 }, (_, i) => 0x3c00 + i) },
  'c': { dtype: 'BF16', shape: [6], data: Uint16Array.from({ length: 6 }, (_, i) => 0x3f80 + i) },
  'd': { dtype: 'I64', shape: [3], data: BigInt64Array.of(1n, -2n, 3n) },
  'e': { dtype: 'U8', shape: [1, 500], data: new Uint8Array(500).fill(7) },
  'f': { dtype: 'F64', shape: [], data: Float64Array.of(0.5) },
  'g': { dtype: 'BOOL', shape: [2, 0], data: new Uint8Array(0) },
};

async function readAll(source: TensorSource): Promise<void> {
  for (const name of source.names()) {
    await source.readF32(name);
    await source.readF32Checked(name);
  }
}

const safetensors: Parser = {
  name: 'safetensors',
  samples: async () => [{ 'model.safetensors': writeSafetensors(tensors, { format: 'pt', more: 'x' }) }, { 'model.safetensors': writeSafetensors({ one: defined(tensors['a.weight']) }, {}) }],
  read: async (files) => readAll(await openSafetensors(bytesAccess(defined(files['model.safetensors'])))),
};

const index: Parser = {
  name: 'index of shards',
  async samples() {
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const places = Object.keys(tensors).map((name, i) => [name, i % 2 ? second : first] as const);
    const of = (shard: string) => writeSafetensors(Object.fromEntries(places.filter(([, file]) => file === shard).map(([name]) => [name, defined(tensors[name])])));
    return [{ [first]: of(first), [second]: of(second), 'model.safetensors.index.json': tinyJson({ metadata: { total_size: 800 }, weight_map: Object.fromEntries(places) }) }];
  },
  hit: /index\.json$/,
  read: async (files) => readAll(await openCheckpoint(memoryTree('model', files))),
};

export const parsers = [safetensors, index];
