import { ggufTokenizer } from '../io/gguf/tokenizer';
import { GGML, type GgmlType } from '../io/gguf/types';
import { ggufParts, type GgufTensor, type GgufValue } from '../io/gguf/write';
import type { TensorSource } from '../io/safetensors';
import type { TextTokenizer } from '../io/textTokenizer';
import type { GgufForm } from '../models/gguf';
import { checkWeights } from '../models/load';
import { ModelError, type Model } from '../models/model';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';

/** Types in which matrices are stored, and llama.cpp's number of a file whose matrices mostly are. */
const kinds = { f16: { type: 'F16', number: 1 }, q8_0: { type: 'Q8_0', number: 7 } } as const satisfies Record<string, { type: GgmlType; number: number }>;

export type GgufDtype = keyof typeof kinds;
export const ggufDtypes = Object.keys(kinds) as GgufDtype[];

/** Version of the blocks that quantised tensors are made of. */
const QUANTISATION = 2;

export interface GgufInput {
  /** In the form that goes on with texts. */
  model: Model;
  source: TensorSource;
  /** Weights that are other than the source's, by name; asked for once it is clear that there will be a file. */
  changed?: () => Promise<ReadonlyMap<string, Float32Array>>;
  texts?: () => Promise<TextTokenizer>;
  /** The files of the tokenizer. */
  companions?: () => Promise<{ path: string; bytes: Uint8Array }[]>;
  /** config.json. */
  config: Record<string, unknown>;
  /** Name of the model in the file. */
  name: string;
}

/**
 * A model with its tokenizer as one GGUF file, in parts, for which weights are read piece by piece: matrices as f16, or in 8 bits
 * where their rows are whole blocks of 32, all else in f32. Throws ModelError of a model that llama.cpp does not run, and FormatError
 * of a tokenizer that it does not have.
 */
export async function exportGguf({ model, source, changed, config, name, ...folder }: GgufInput, dtype: GgufDtype): Promise<AsyncGenerator<Uint8Array>> {
  const { language } = model;
  if (!model.gguf || !language) throw new ModelError(`GGUF is for models that go on with texts and that llama.cpp runs; this is a ${model.family} model that does something else.`);
  const form = model.gguf();
  const files = new Map((await folder.companions?.())?.map(({ path, bytes }) => [path, bytes]));
  const json = files.get('tokenizer.json');
  if (!folder.texts || !json) throw new ModelError('a GGUF file holds the tokenizer of its model, and this one has no tokenizer.json.');
  const tokens = ggufTokenizer({ json, tokenizer: await folder.texts(), size: language.vocab_size, bos: idOf(config.bos_token_id), eos: idOf(config.eos_token_id), name });
  checkWeights(traceModel(model), source);
  const settings: Record<string, GgufValue> = {
    'general.architecture': ['string', form.architecture],
    'general.type': ['string', 'model'],
    'general.file_type': ['u32', kinds[dtype].number],
    ...(dtype === 'q8_0' && { 'general.quantization_version': ['u32', QUANTISATION] as const }),
    ...Object.fromEntries(Object.entries(form.settings).map(([key, value]) => [`${form.architecture}.${key}`, value])),
    ...tokens,
  };
  const others = await changed?.();
  const read = (weight: string) => {
    const own = others?.get(weight);
    return own ? [own] : source.piecesF32Checked(weight);
  };
  const made = Object.entries(form.made).map(([name, values]): GgufTensor => ({ name, type: 'F32', shape: [values.length], pieces: () => [values] }));
  const weights = [...traceModel(model).weights].map(([weight, shape]): GgufTensor => {
    const [name, order] = [form.nameOf(weight), form.rowOf?.(weight)];
    return { name, shape, type: typeOf(form, name, shape, kinds[dtype].type), pieces: order ? () => inOrder(read(weight), shape, order) : () => read(weight) };
  });
  return ggufParts(settings, [...made, ...weights]);
}

/** The first token of what a config may have as a list. */
const idOf = (given: unknown): number | null => [given].flat().find((id) => Number.isInteger(id)) as number | undefined ?? null;

/** Type in which a tensor is stored, if matrices are of a type. */
function typeOf({ exact }: GgufForm, name: string, shape: readonly number[], type: GgmlType): GgmlType {
  if (shape.length < 2 || exact?.includes(name)) return 'F32';
  return shape.at(-1)! % GGML[type].block ? 'F16' : type;
}

/** A matrix, or a vector as one of single values, with its rows in another order; it is held whole. */
async function* inOrder(pieces: Iterable<Float32Array> | AsyncIterable<Float32Array>, [rows, columns = 1]: readonly number[], rowOf: (row: number) => number): AsyncGenerator<Float32Array> {
  const whole = new Float32Array(defined(rows) * columns);
  let at = 0;
  for await (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  const turned = new Float32Array(whole.length);
  for (let row = 0; row < defined(rows); row++) turned.set(whole.subarray(rowOf(row) * columns, (rowOf(row) + 1) * columns), row * columns);
  yield turned;
}
