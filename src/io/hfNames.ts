import { tensorSource, type TensorSource } from './safetensors';

/** transformers 5 -> 4, for ViT, DeiT and CLIP's vision tower. Order matters: the layer's place first, then its parts. */
const rules: [pattern: RegExp, replacement: string][] = [
  [/^((?:vit|deit)\.)layers\.(\d+)\./, '$1encoder.layer.$2.'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.attention\.)q_proj\b/, '$1attention.query'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.attention\.)k_proj\b/, '$1attention.key'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.attention\.)v_proj\b/, '$1attention.value'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.attention\.)o_proj\b/, '$1output.dense'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.)mlp\.fc1\b/, '$1intermediate.dense'],
  [/^((?:vit|deit)\.encoder\.layer\.\d+\.)mlp\.fc2\b/, '$1output.dense'],
  // CLIPVisionModel lost its inner wrapper.
  [/^((?:encoder\.layers\.\d+|embeddings|pre_layrnorm|post_layernorm)\.)/, 'vision_model.$1'],
];

/** A module or tensor name as transformers 4 and the files on the hub have it; names it does not know stay. */
export const v4Name = (name: string): string => rules.reduce((n, [pattern, replacement]) => n.replace(pattern, replacement), name);

const parts: [v4: RegExp, v5: string][] = [
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.attention\.attention\.(q|k|v)(?:uery|ey|alue)$/, '$1layers.$2.attention.$3_proj'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.attention\.output\.dense$/, '$1layers.$2.attention.o_proj'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.intermediate\.dense$/, '$1layers.$2.mlp.fc1'],
  [/^((?:vit|deit)\.)encoder\.layer\.(\d+)\.output\.dense$/, '$1layers.$2.mlp.fc2'],
  [/^vision_model\.(?=encoder\.layers\.\d+\.)/, ''],
];

/** A linear layer's name as transformers 5 has it. */
export const v5Name = (name: string): string => parts.reduce((n, [pattern, replacement]) => n.replace(pattern, replacement), name);

/** A checkpoint whose tensors go by their transformers 4 names, whichever version wrote it. */
export function v4Source(source: TensorSource): TensorSource {
  const original = new Map(source.names().map((name) => [v4Name(name), name]));
  if ([...original].every(([a, b]) => a === b)) return source;
  const of = (name: string) => original.get(name) ?? name;
  return tensorSource({
    metadata: source.metadata,
    names: () => [...original.keys()],
    has: (name) => original.has(name),
    info: (name) => source.info(of(name)),
    readRange: (name, start, end, into) => source.readRange(of(name), start, end, into),
  });
}
