import { dtypeBytes, tensorSource, type TensorSource, type TensorToWrite } from '../io/safetensors';
import { defined } from '../numbers/defined';
import type { Model } from './model';

/** Matrices that files hold as (in, out): they are turned where they are read, and turned back where they are written, so that everything between has (out, in). */

/** A (rows, columns) matrix of elements of so many bytes, turned. */
function turned(data: Uint8Array, rows: number, columns: number, size: number): Uint8Array {
  const out = new Uint8Array(data.byteLength);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) for (let b = 0; b < size; b++) out[(c * rows + r) * size + b] = defined(data[(r * columns + c) * size + b]);
  }
  return out;
}

/** Shape of a tensor in files of the model, or of one of theirs here. */
export const turnedShape = ({ transposed }: Pick<Model, 'transposed'>, name: string, shape: readonly number[]): readonly number[] => (transposed?.(name) ? shape.toReversed() : shape);

/** A checkpoint whose matrices are all (out, in). One that is turned is held whole while it is read. */
export function turnedSource(source: TensorSource, { transposed }: Pick<Model, 'transposed'>): TensorSource {
  if (!transposed) return source;
  /** The matrix that was turned last: it is read in pieces. */
  let last: { name: string; bytes: Promise<Uint8Array> } | null = null;
  const whole = (name: string): Promise<Uint8Array> => {
    if (last?.name !== name) {
      const { dtype, shape } = source.info(name);
      last = { name, bytes: source.read(name).then((data) => turned(data, defined(shape[0]), defined(shape[1]), dtypeBytes[dtype])) };
    }
    return last.bytes;
  };
  return tensorSource({
    ...source,
    info: (name) => (transposed(name) ? { ...source.info(name), shape: source.info(name).shape.toReversed() } : source.info(name)),
    readRange: async (name, start, end, into) => (transposed(name) ? (await whole(name)).slice(start, end) : source.readRange(name, start, end, into)),
  });
}

/** A tensor as files of the model hold it. */
export function asInFile({ transposed }: Pick<Model, 'transposed'>, name: string, tensor: TensorToWrite): TensorToWrite {
  if (!transposed?.(name)) return tensor;
  const { dtype, shape } = tensor;
  return {
    dtype,
    shape: shape.toReversed(),
    async read() {
      const data = await tensor.read();
      return turned(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), defined(shape[0]), defined(shape[1]), dtypeBytes[dtype]);
    },
  };
}
