import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { deployFolder, deployOnnx } from '../train/deploy';
import { openModel } from '../train/openModel';
import { UsageError, type Command, type Flag } from './command';
import { modelTree, writeAll, type ToWrite } from './files';
import { withDevice } from './gpu';
import { openSavedAdapter } from './saved';
import { taskFlag } from './texts';

/** Small files of a model folder that a merged model needs as they are. */
const COMPANIONS = /^(preprocessor_config|processor_config|tokenizer|tokenizer_config|special_tokens_map|vocab)\.json$|^merges\.txt$|^chat_template\.jinja$/;

const oneOf = (given: string | true | undefined, flag: Flag): string => {
  const value = given ?? flag.default;
  if (!flag.choices!.includes(String(value))) throw new UsageError(`--${flag.name} is ${JSON.stringify(value)}; it must be one of ${flag.choices!.join(', ')}`);
  return String(value);
};
const format: Flag = { name: 'format', kind: 'choice', choices: ['safetensors', 'onnx'], default: 'safetensors', help: 'A Hugging Face folder, or an ONNX file that is then run in onnxruntime-web and compared with this engine.' };
const dtype: Flag = { name: 'dtype', kind: 'choice', choices: ['f32', 'f16'], default: 'f32', help: 'ONNX: how matrices are stored.' };

export const command: Command = {
  help: 'adds an adapter to the weights of its model and writes the whole model; the base model is not changed',
  computes: true,
  pushes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Base model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', required: true, help: 'A saved adapter.' },
    { name: 'out', kind: 'text', value: 'FOLDER', required: true, help: 'Folder to write; created where missing.' },
    taskFlag,
    format,
    dtype,
    { name: 'head', kind: 'text', value: 'FILE', help: 'ONNX of a CLIP without a trained classifier: safetensors with head_weight (K,D), the scaled text features.' },
  ],
  async run(given, say) {
    const out = String(given.out);
    const onnx = oneOf(given.format, format) === 'onnx';
    const half = oneOf(given.dtype, dtype) === 'f16';
    if (!onnx && (given.dtype !== undefined || given.head !== undefined)) throw new UsageError('--dtype and --head go with --format onnx');
    for (const [flag, folder] of [['--model', given.model], ['--adapter', given.adapter]]) {
      if (existsSync(out) && existsSync(String(folder)) && (await realpath(out)) === (await realpath(String(folder)))) throw new UsageError(`--out is the folder of ${flag}, which would be overwritten; choose another`);
    }
    const tree = await modelTree(String(given.model));
    const model = { ...(await openModel(tree)), id: String(given.model) };
    const saved = await openSavedAdapter(model, given, say, onnx);
    const { adapted, foreign } = saved;
    const result = { out, method: adapted.config.method, layers: adapted.layers.length + (onnx ? 0 : foreign.length), labels: adapted.model.labels };
    const what = adapted.method.trains === 'adapter' ? `${result.layers} layers of ` : '';
    if (onnx) {
      const { files, verdict } = await withDevice((device) => deployOnnx(device, { model, ...saved }, { half }));
      if (!verdict.ok) throw new Error(`${verdict.text} Nothing was written.`);
      await writeAll(out, files);
      say(`${what}${adapted.method.fields.title} merged into ${out}/${files[0]!.path}`);
      say(verdict.text);
      return { ...result, files: files.map((f) => f.path), verdict };
    }
    const files = await withDevice((device) => deployFolder(device, { model, ...saved }));
    const all = new Map<string, ToWrite['bytes']>(files.map(({ path, parts }) => [path, parts]));
    const own = adapted.model.image_size === model.vision.image_size;
    for (const path of tree.paths()) if (COMPANIONS.test(path) && (own || !/processor_config/.test(path))) all.set(path, await tree.read(path));
    await writeAll(out, [...all].map(([path, bytes]) => ({ path, bytes })));
    say(`${what}${adapted.method.fields.title} merged into ${out}`);
    if (!own) say(`It was trained on images of ${adapted.model.image_size} pixels: evaluate it with --image-size ${adapted.model.image_size}.`);
    return { ...result, files: [...all.keys()] };
  },
};
