import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { ggufDtypes, type GgufDtype } from '../export/gguf';
import type { OnnxDtype } from '../io/onnx/dtype';
import { defined } from '../numbers/defined';
import { deployFolder, deployGguf, deployOnnx } from '../train/deploy';
import { openModel, type LoadedModel } from '../train/openModel';
import { UsageError, type Command, type Flag, type Given } from './command';
import { modelTree, openData, writeAll, type ToWrite } from './files';
import { withDevice } from './gpu';
import { openSavedAdapter } from './saved';
import { taskFlag } from './texts';

/** Small files of a model folder that a merged model needs as they are. */
const COMPANIONS = /^(preprocessor_config|processor_config|tokenizer|tokenizer_config|special_tokens_map|vocab)\.json$|^merges\.txt$|^chat_template\.jinja$/;

const formats = ['safetensors', 'onnx', 'gguf'] as const;
/** Storage types for matrices in each format, the usual one first. */
const dtypes: Record<(typeof formats)[number], readonly string[]> = { safetensors: [], onnx: ['f32', 'f16', 'q8'], gguf: ggufDtypes };

const oneOf = <T extends string>(given: Given, name: string, choices: readonly T[]): T => {
  const value = String(given[name] ?? choices[0]);
  if (!(choices as readonly string[]).includes(value)) throw new UsageError(`--${name} is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}`);
  return value as T;
};
const adapter: Flag = { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter. Left out with --format gguf, the model is written as it is.' };

export const command: Command = {
  help: 'adds an adapter to the weights of its model and writes the whole model; the base model is not changed',
  examples: ['--model vit-nano --adapter runs/lora --format onnx --out merged'],
  computes: true,
  pushes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Base model: a built-in name or a folder.' },
    adapter,
    { name: 'out', kind: 'text', value: 'FOLDER', writes: 'folder', required: true, help: 'Folder to write; created where missing.' },
    taskFlag,
    { name: 'format', kind: 'choice', choices: [...formats], default: formats[0], help: 'A Hugging Face folder; an ONNX file, which is then run in onnxruntime-web and compared with this engine; or, for a model that generates text, a GGUF file with its tokenizer, for llama.cpp.' },
    { name: 'dtype', kind: 'choice', choices: [...new Set(Object.values(dtypes).flat())], help: 'How matrices are stored: f32, f16 or q8, which is 8 bits with a scale for each row, in ONNX, default f32; f16 or q8_0, 8 bits too, in GGUF, default f16.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'ONNX: test pictures that the file answers in onnxruntime-web; its accuracy is said, and stands in its README.' },
    { name: 'head', kind: 'text', value: 'FILE', help: 'ONNX of a CLIP without a trained classifier: safetensors with head_weight (K,D), the scaled text features.' },
  ],
  async run(given, say) {
    const out = String(given.out);
    const format = oneOf(given, 'format', formats);
    const onnx = format === 'onnx';
    if (given.dtype !== undefined && format === 'safetensors') throw new UsageError('--dtype goes with --format onnx or gguf');
    if (given.data !== undefined && !onnx) throw new UsageError('--data goes with --format onnx');
    if (given.head !== undefined && !onnx) throw new UsageError('--head goes with --format onnx');
    if (given.adapter === undefined && format !== 'gguf') throw new UsageError('--adapter is missing (a saved adapter); only --format gguf writes a model without one');
    for (const [flag, folder] of [['--model', given.model], ['--adapter', given.adapter]]) {
      if (folder !== undefined && existsSync(out) && existsSync(String(folder)) && (await realpath(out)) === (await realpath(String(folder)))) throw new UsageError(`--out is the folder of ${flag}, which would be overwritten; choose another`);
    }
    const tree = await modelTree(String(given.model));
    const model = { ...(await openModel(tree)), id: String(given.model) };
    if (format === 'gguf') return writeGguf(model, given, say);
    const saved = await openSavedAdapter(model, given, say, onnx);
    const { adapted, foreign } = saved;
    const result = { out, method: adapted.config.method, layers: adapted.layers.length + (onnx ? 0 : foreign.length), labels: adapted.model.labels };
    const what = adapted.method.trains === 'adapter' ? `${result.layers} layers of ` : '';
    if (onnx) {
      const tested = given.data === undefined ? undefined : (await openData(String(given.data))).test;
      const { files, verdict } = await withDevice((device) => deployOnnx(device, { model, ...saved }, { dtype: oneOf(given, 'dtype', dtypes.onnx) as OnnxDtype, tested }));
      if (!verdict.ok) throw new Error(`${verdict.text} Nothing was written.`);
      await writeAll(out, files);
      say(`${what}${adapted.method.fields.title} merged into ${out}/${defined(files[0]).path}`);
      say(verdict.text);
      return { ...result, files: files.map((f) => f.path), verdict };
    }
    const files = await withDevice((device) => deployFolder(device, { model, ...saved }));
    const all = new Map<string, ToWrite['bytes']>(files.map(({ path, parts }) => [path, parts]));
    const own = adapted.model.image_size === model.net.image_size;
    for (const path of tree.paths()) if (COMPANIONS.test(path) && (own || !/processor_config/.test(path))) all.set(path, await tree.read(path));
    await writeAll(out, [...all].map(([path, bytes]) => ({ path, bytes })));
    say(`${what}${adapted.method.fields.title} merged into ${out}`);
    if (!own) say(`It was trained on images of ${adapted.model.image_size} pixels: evaluate it with --image-size ${adapted.model.image_size}.`);
    return { ...result, files: [...all.keys()] };
  },
};

/** Writes a model that goes on with texts as GGUF, with the adapter where one is named. */
async function writeGguf(model: LoadedModel, given: Given, say: (line: string) => void): Promise<object> {
  const out = String(given.out);
  const dtype = oneOf<GgufDtype>(given, 'dtype', ggufDtypes);
  const saved = given.adapter === undefined ? undefined : await openSavedAdapter(model, given, say, true);
  const { path, parts } = saved ? await withDevice((device) => deployGguf(model, dtype, { device, ...saved })) : await deployGguf(model, dtype);
  await writeAll(out, [{ path, bytes: parts }]);
  say(`${saved ? `${saved.adapted.method.fields.title} merged into` : `${model.id} written to`} ${out}/${path}`);
  return { out, files: [path], ...(saved && { method: saved.adapted.config.method }) };
}
