import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { defined } from '../../numbers/defined';
import type { OnnxDtype } from './dtype';
import { AttributeProto_AttributeType as Kind, NodeProtoSchema, TensorProto_DataType, type AttributeProtoSchema, type NodeProto } from './onnx_pb';

/** Name of a tensor of the graph. */
export type Value = string;
/** A whole number, a list of them, or a float (marked, since JavaScript has one kind of number). */
export type Attribute = number | readonly number[] | { float: number };

/** A tensor that the file stores: a weight, whose values are read when the file is written, or a constant. */
export interface Stored {
  shape: readonly number[];
  type: 'f32' | 'f16' | 'i8' | 'i64';
  /** null for a weight, and for what `of` says. */
  data: Float32Array | BigInt64Array | null;
  /** The weight whose rows these are the scales of. */
  of?: Value;
}

/**
 * A graph of standard operators (opset 17) under construction. Weights are known by name and shape alone, so that a
 * graph can be built, checked and measured before any value is read. Matrices that are not stored as f32 become it by a node behind them.
 */
export class OnnxGraph {
  readonly nodes: NodeProto[] = [];
  readonly stored = new Map<string, Stored>();
  private readonly taken = new Set<string>();
  private readonly kept = new Set<string>();
  /** Weights by name, as f32. */
  private readonly weights = new Map<string, Value>();

  constructor(readonly dtype: OnnxDtype = 'f32') {}

  /** Keeps a name for a weight, or for what goes in or out: no node and no constant gets it. */
  keep(name: string): void {
    if (this.taken.has(name)) throw new Error(`the graph has two values called ${name}`);
    this.kept.add(name);
  }

  /** A weight by its Hugging Face name; asking again returns the same one. */
  weight(name: string, shape: readonly number[]): Value {
    const known = this.weights.get(name);
    if (known !== undefined) return known;
    this.own(name);
    const value = this.stores(name, shape);
    this.weights.set(name, value);
    return value;
  }

  private stores(name: string, shape: readonly number[]): Value {
    if (this.dtype === 'f16' && shape.length > 1) {
      this.store(name, { shape, type: 'f16', data: null });
      return this.op('Cast', [name], { to: TensorProto_DataType.FLOAT }, `${name}/f32`);
    }
    // Single rows, such as those of positions, are few and say much.
    if (this.dtype === 'q8' && shape.length > 1 && defined(shape[0]) > 1) {
      this.store(name, { shape, type: 'i8', data: null });
      const scale = this.store(this.free(`${name}/scale`), { shape: [defined(shape[0])], type: 'f32', data: null, of: name });
      return this.op('DequantizeLinear', [name, scale], { axis: 0 }, `${name}/f32`);
    }
    return this.store(name, { shape, type: 'f32', data: null });
  }

  /** A constant of f32, or of whole numbers where ONNX wants them (shapes, indices). */
  constant(name: string, data: Float32Array | readonly number[], shape: readonly number[] = [data.length]): Value {
    const whole = !(data instanceof Float32Array);
    return this.store(this.free(name), { shape, type: whole ? 'i64' : 'f32', data: whole ? BigInt64Array.from(data, BigInt) : data });
  }

  /** A scalar of f32. */
  scalar(value: number): Value {
    return this.stored.has(`scalar ${value}`) ? `scalar ${value}` : this.constant(`scalar ${value}`, Float32Array.of(value), []);
  }

  /** Appends a node with one output and returns the output, which has the node's name. */
  op(type: string, inputs: Value[], attributes: Record<string, Attribute> = {}, name: string = type): Value {
    return this.node(type, inputs, attributes, this.free(name));
  }

  /** Appends a node by which a value leaves the graph under a name that was kept for it. */
  leave(value: Value, name: string): Value {
    return this.node('Identity', [value], {}, this.own(name));
  }

  private node(type: string, inputs: Value[], attributes: Record<string, Attribute>, output: Value): Value {
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push(create(NodeProtoSchema, { name: output, opType: type, input: inputs, output: [output], attribute }));
    return output;
  }

  /** Bytes of everything stored. */
  bytes(): number {
    return [...this.stored.values()].reduce((sum, t) => sum + storedBytes(t), 0);
  }

  private store(name: string, tensor: Stored): Value {
    this.stored.set(name, tensor);
    return name;
  }

  /** A name as it is. */
  private own(name: string): string {
    if (this.taken.has(name)) throw new Error(`the graph has two values called ${name}`);
    this.taken.add(name);
    return name;
  }

  /** A name that nothing else has, after this one. */
  private free(name: string): string {
    let free = name;
    for (let i = 1; this.taken.has(free) || this.kept.has(free); i++) free = `${name} ${i}`;
    this.taken.add(free);
    return free;
  }
}

const sizes = { f32: 4, f16: 2, i8: 1, i64: 8 };
export const storedBytes = ({ shape, type }: Stored): number => shape.reduce((n, d) => n * d, sizes[type]);

function attributeOf(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: Kind.INT, i: BigInt(value) };
  if (Array.isArray(value)) return { name, type: Kind.INTS, ints: value.map(BigInt) };
  return { name, type: Kind.FLOAT, f: (value as { float: number }).float };
}
