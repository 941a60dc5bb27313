import { said } from '../said/said';
import { FormatError, quote } from './formatError';
import { tensorSource, type TensorSource } from './safetensors';

/** transformers 5 -> 4. Order matters: the layer's place first, then its parts. */
const rules: [pattern: RegExp, replacement: string][] = [
  [/^((?:vit|deit)\.)layers\.(\d+)\./, '$1encoder.layer.$2.'],
  [/^((?:vit|deit|dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)q_proj\b/, '$1attention.query'],
  [/^((?:vit|deit|dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)k_proj\b/, '$1attention.key'],
  [/^((?:vit|deit|dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)v_proj\b/, '$1attention.value'],
  [/^((?:vit|deit|dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)o_proj\b/, '$1output.dense'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.)mlp\.fc1\b/, '$1intermediate.dense'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.)mlp\.fc2\b/, '$1output.dense'],
  // DINOv2's SwiGLU: gate_proj and up_proj were one layer, weights_in (see v4Source).
  [/^((?:dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.mlp\.)down_proj\b/, '$1weights_out'],
  // CLIPVisionModel lost its inner wrapper.
  [/^((?:encoder\.layers\.\d+|embeddings|pre_layrnorm|post_layernorm)\.)/, 'vision_model.$1'],
];

/** Names of a model without its head, which lack the outer `vit.`, `deit.`, `dinov2.` in front. */
const bare = /^(?:embeddings|encoder\.layer\.\d+|layers\.\d+|layernorm|pooler)\./;

/**
 * A module or tensor name as transformers 4 and the files on the hub have it; names it does not know stay. `prefix` is
 * the model's `base_model_prefix`, put in front where a checkpoint or adapter of the bare backbone leaves it out.
 */
export function v4Name(name: string, prefix = ''): string {
  const whole = prefix && bare.test(name) ? `${prefix}.${name}` : name;
  return rules.reduce((n, [pattern, replacement]) => n.replace(pattern, replacement), whole);
}

const parts: [v4: RegExp, v5: string][] = [
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.attention\.attention\.(q|k|v)(?:uery|ey|alue)$/, '$1layers.$2.attention.$3_proj'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.attention\.output\.dense$/, '$1layers.$2.attention.o_proj'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.intermediate\.dense$/, '$1layers.$2.mlp.fc1'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.output\.dense$/, '$1layers.$2.mlp.fc2'],
  [/^((?:dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)attention\.(q|k|v)(?:uery|ey|alue)$/, '$1$2_proj'],
  [/^((?:dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.attention\.)output\.dense$/, '$1o_proj'],
  [/^((?:dinov2|dinov2_with_registers)\.encoder\.layer\.\d+\.mlp\.)weights_out$/, '$1down_proj'],
  [/^vision_model\.(?=encoder\.layers\.\d+\.)/, ''],
];

/**
 * A linear layer's name as transformers 5 has it. DINOv2's `mlp.weights_in` keeps its name: version 5 has no such layer,
 * but its halves `gate_proj` and `up_proj`.
 */
export const v5Name = (name: string): string => parts.reduce((n, [pattern, replacement]) => n.replace(pattern, replacement), name);

/** One tensor, or rows of two, one after the other. */
type Part = [string] | [gate: string, up: string];

/**
 * A checkpoint whose tensors go by their transformers 4 names, whichever version wrote it, and with the model's
 * `prefix` in front where it is missing. The halves of a SwiGLU of version 5 are read as the one matrix of version 4.
 */
export function v4Source(source: TensorSource, prefix = ''): TensorSource {
  const original = new Map<string, Part>();
  for (const name of source.names()) {
    const v4 = v4Name(name, prefix);
    const half = /^((?:dinov2|dinov2_with_registers)\..*\.mlp\.)(gate|up)_proj(\.weight|\.bias)$/.exec(v4);
    const gate = half && name.replace(/up_proj(\.\w+)$/, 'gate_proj$1');
    const up = half && name.replace(/gate_proj(\.\w+)$/, 'up_proj$1');
    if (gate && up && source.has(gate) && source.has(up)) original.set(`${half[1]}weights_in${half[3]}`, [gate, up]);
    else original.set(v4, [name]);
  }
  if ([...original].every(([a, [b]]) => a === b)) return source;
  const of = (name: string): Part => original.get(name) ?? [name];
  return tensorSource({
    metadata: source.metadata,
    names: () => [...original.keys()],
    has: (name) => original.has(name),
    info(name) {
      const [a, b] = of(name);
      return b === undefined ? source.info(a) : stackedInfo(source, a, b);
    },
    async readRange(name, start, end, into) {
      const [a, b] = of(name);
      if (b === undefined) return source.readRange(a, start, end, into);
      stackedInfo(source, a, b);
      const cut = source.info(a).bytes;
      if (end <= cut) return source.readRange(a, start, end, into);
      if (start >= cut) return source.readRange(b, start - cut, end - cut, into);
      const both = new Uint8Array(end - start);
      both.set(await source.readRange(a, start, cut));
      both.set(await source.readRange(b, 0, end - cut), cut - start);
      return both;
    },
  });
}

/** What two tensors are with the rows of the second below those of the first. Throws FormatError when they do not fit. */
function stackedInfo(source: TensorSource, a: string, b: string): ReturnType<TensorSource['info']> {
  const [x, y] = [source.info(a), source.info(b)];
  const fits = x.dtype === y.dtype && x.shape.length === y.shape.length && x.shape.length > 0 && x.shape.every((d, i) => i === 0 || d === y.shape[i]);
  if (!fits) throw new FormatError(said`${quote(a)} is ${x.dtype} [${x.shape.join(', ')}] and ${quote(b)} is ${y.dtype} [${y.shape.join(', ')}]; they do not make one matrix.`);
  return { dtype: x.dtype, shape: [x.shape[0]! + y.shape[0]!, ...x.shape.slice(1)], bytes: x.bytes + y.bytes };
}
