import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { packF16 } from '../float16';
import { packI8, rowScales } from '../int8';
import { FormatError } from '../formatError';
import { storedBytes, type OnnxGraph, type Stored, type Value } from './graph';
import { GraphProtoSchema, ModelProtoSchema, TensorProtoSchema, TensorProto_DataType as DataType, ValueInfoProtoSchema, type ValueInfoProto } from './onnx_pb';

const OPSET = 17n;
const IR_VERSION = 8n;
/** Protobuf's limit on one message; beyond it weights would need a second file. */
const MAX_BYTES = 2 ** 31 - 1;
const types = { f32: DataType.FLOAT, f16: DataType.FLOAT16, i8: DataType.INT8, i64: DataType.INT64 };

/** A tensor that goes in or out, f32 where nothing else is said. A dimension is a number, or the name of a free one. */
export interface Port {
  name: Value;
  shape: (number | string)[];
  type?: Stored['type'];
}

export interface OnnxModel {
  graph: OnnxGraph;
  name: string;
  inputs: Port[];
  outputs: Port[];
  /** `metadata_props`. */
  metadata: Record<string, string>;
}

/** Throws FormatError when the model's weights do not fit one file. */
export function checkOnnxSize(graph: OnnxGraph): void {
  const bytes = graph.bytes();
  if (bytes < MAX_BYTES - 16 * 2 ** 20) return;
  const size = (bytes / 2 ** 30).toFixed(2);
  throw new FormatError(
    graph.dtype !== 'f32'
      ? `An ONNX file holds less than 2 GiB, and this model has ${size} GiB of weights; merge it as safetensors instead.`
      : `An ONNX file holds less than 2 GiB, and this model has ${size} GiB of weights; store its weights as f16, or merge it as safetensors.`,
  );
}

/**
 * The bytes of an ONNX file, in parts to be put one behind the other. Values are read one weight after the other and
 * are not copied: the parts hold views of what `read` returned, and a file system or a Blob can take them as they are.
 * The outer messages are framed by hand for that reason; everything small goes through the generated code.
 * Format: github.com/onnx/onnx. Throws FormatError when a weight has another size than the graph, or all are too large.
 */
export async function encodeOnnx({ graph, name, inputs, outputs, metadata }: OnnxModel, read: (name: string) => Promise<Float32Array>): Promise<Uint8Array[]> {
  checkOnnxSize(graph);
  const parts: Uint8Array[] = [toBinary(GraphProtoSchema, create(GraphProtoSchema, { name, node: graph.nodes, input: inputs.map(port), output: outputs.map(port) }))];
  for (const [key, tensor] of graph.stored) parts.push(...tensorParts(key, tensor, await valuesOf(key, tensor, read)));
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'fullrank',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const head = new BinaryWriter().raw(toBinary(ModelProtoSchema, model)).tag(ModelProtoSchema.field.graph.number, WireType.LengthDelimited).uint32(length).finish();
  return [head, ...parts];
}

type Values = Float32Array | Uint16Array | Int8Array | BigInt64Array;

async function valuesOf(key: string, { data, type, shape, of }: Stored, read: (name: string) => Promise<Float32Array>): Promise<Values> {
  if (data) return data;
  const values = await read(of ?? key);
  // Scalars have none.
  const [rows = 1] = shape;
  if (of !== undefined) return rowScales(values, rows);
  if (type === 'i8') return packI8(values, rowScales(values, rows));
  return type === 'f16' ? packF16(values) : values;
}

/** An `initializer` of a GraphProto: its frame and header, then the raw elements. */
function tensorParts(name: string, tensor: Stored, data: Values): Uint8Array[] {
  if (data.byteLength !== storedBytes(tensor)) throw new FormatError(`${name} has ${data.length} values for [${tensor.shape.join(', ')}].`);
  const header = toBinary(TensorProtoSchema, create(TensorProtoSchema, { name, dims: tensor.shape.map(BigInt), dataType: types[tensor.type] }));
  const raw = new BinaryWriter().raw(header).tag(TensorProtoSchema.field.rawData.number, WireType.LengthDelimited).uint32(data.byteLength).finish();
  const frame = new BinaryWriter().tag(GraphProtoSchema.field.initializer.number, WireType.LengthDelimited).uint32(raw.byteLength + data.byteLength).raw(raw).finish();
  return [frame, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

function port({ name, shape, type = 'f32' }: Port): ValueInfoProto {
  const dim = shape.map((d) => ({ value: typeof d === 'number' ? ({ case: 'dimValue', value: BigInt(d) } as const) : ({ case: 'dimParam', value: d } as const) }));
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType: types[type], shape: { dim } } } } });
}
