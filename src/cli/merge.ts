import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { mergedModel } from '../adapters/merge';
import { twoTowers, withTextHead } from '../models/clip/clip';
import { openModel } from '../train/openModel';
import { openAdapter } from './adapter';
import { UsageError, type Command } from './command';
import { modelTree, writeAll } from './files';
import { withDevice } from './gpu';
import { partsOf } from './head';

/** Small files of a model folder that a merged model needs as they are. */
const COMPANIONS = /^(preprocessor_config|processor_config|tokenizer|tokenizer_config|special_tokens_map|vocab)\.json$|^merges\.txt$/;

export const command: Command = {
  help: 'adds an adapter to its model\'s weights and writes the whole model; the base model stays as it is',
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Base model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', required: true, help: 'A saved adapter.' },
    { name: 'out', kind: 'text', value: 'FOLDER', required: true, help: 'Folder to write; created where missing.' },
    { name: 'format', kind: 'choice', choices: ['safetensors', 'onnx'], default: 'safetensors', help: 'Format; onnx is not supported yet.' },
  ],
  async run(given, say) {
    const out = String(given.out);
    if (given.format === 'onnx') throw new UsageError('--format onnx is not supported yet; use safetensors');
    if (given.format !== undefined && given.format !== 'safetensors') throw new UsageError(`--format is ${JSON.stringify(given.format)}; it must be safetensors (onnx is not supported yet)`);
    for (const [flag, folder] of [['--model', given.model], ['--adapter', given.adapter]]) {
      if (existsSync(out) && existsSync(String(folder)) && (await realpath(out)) === (await realpath(String(folder)))) throw new UsageError(`--out is the folder of ${flag}, which would be overwritten; choose another`);
    }
    const tree = await modelTree(String(given.model));
    const model = await openModel(tree);
    // An adapter on a CLIP without a trained classifier belongs to the two-tower model; the text features are not needed here.
    const parts = model.vision.family === 'clip' ? await partsOf(String(given.adapter)) : null;
    const vision = !parts || parts.classifier ? model.vision : parts.text ? twoTowers(model.vision) : withTextHead(model.vision, 1);
    const { adapted, values, foreign, image_size } = await openAdapter(model, vision, given, (line) => void (line.includes('not part of this model') || say(line)));
    const files = await withDevice((device) => mergedModel(device, { id: String(given.model), source: model.source, config: model.config }, { adapted, values, foreign }));
    for (const path of tree.paths()) if (COMPANIONS.test(path)) files.push({ path, bytes: await tree.read(path) });
    await writeAll(out, files);
    const what = adapted.method.trains === 'adapter' ? `${adapted.layers.length + foreign.length} layers of ` : '';
    say(`${what}${adapted.method.fields.title} merged into ${out}`);
    if (image_size && image_size !== model.vision.image_size) say(`It was trained on images of ${image_size} pixels: evaluate it with --image-size ${image_size}.`);
    return { out, method: adapted.config.method, layers: adapted.layers.length + foreign.length, labels: adapted.model.labels, files: files.map((f) => f.path) };
  },
};

