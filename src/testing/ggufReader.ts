import { gguf, type GGUFTensorInfo } from '@huggingface/gguf';
import { unpackF16 } from '../io/float16';
import { sizeOf } from '../engine/tensor';
import { defined } from '../numbers/defined';

/** A GGUF file as Hugging Face's parser reads it. */
export interface ReadGguf {
  metadata: Record<string, unknown>;
  tensors: Map<string, { type: number; shape: number[] }>;
  /** The values of a tensor, in the order of the file. */
  values(name: string): Float32Array;
}

/** Reads a file of these parts. */
export async function readGguf(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ReadGguf> {
  const pieces: Uint8Array[] = [];
  for await (const part of parts) pieces.push(part);
  const bytes = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const fetchRange: typeof fetch = (_, init) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '')!;
    return Promise.resolve(new Response(bytes.slice(Number(from), Number(to) + 1)));
  };
  const { metadata, tensorInfos, tensorDataOffset } = await gguf('https://example.test/model.gguf', { fetch: fetchRange });
  const named = new Map(tensorInfos.map((info) => [info.name, info]));
  const shapeOf = ({ shape }: GGUFTensorInfo) => shape.map(Number).reverse();
  return {
    metadata: { ...metadata },
    tensors: new Map(tensorInfos.map((info) => [info.name, { type: info.dtype, shape: shapeOf(info) }])),
    values(name) {
      const info = named.get(name)!;
      return unpacked(bytes.slice(Number(tensorDataOffset) + Number(info.offset)), info.dtype, sizeOf(shapeOf(info)));
    },
  };
}

/** Unpacks values: f32, f16, or steps of 8 bits in blocks of 32. */
function unpacked({ buffer }: Uint8Array<ArrayBuffer>, type: number, count: number): Float32Array {
  if (type === 0) return new Float32Array(buffer, 0, count).slice();
  if (type === 1) return unpackF16(new Uint16Array(buffer, 0, count));
  if (type !== 8) throw new Error(`type ${type} is not read here`);
  const [view, codes] = [new DataView(buffer), new Int8Array(buffer)];
  const step = (block: number) => defined(unpackF16(Uint16Array.of(view.getUint16(34 * block, true)))[0]);
  return Float32Array.from({ length: count }, (_, i) => step(i >> 5) * defined(codes[34 * (i >> 5) + 2 + (i & 31)]));
}
