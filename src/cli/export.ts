import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { generationOf, versionsOf } from '../adapters/files/generations';
import { scaledBy } from '../adapters/intruders';
import { lossOf, nearestTo } from '../adapters/nearest';
import { deployAdapter } from '../train/deploy';
import { openImageModel } from '../train/openModel';
import { UsageError, wholeFrom, type Command } from './command';
import { exportRunsCommand, formats } from './exportRuns';
import { exportPage, WEB } from './exportPage';
import { modelPath, modelTree, writeAll } from './files';
import { withDevice } from './gpu';
import { openSavedAdapter } from './saved';

export const command: Command = {
  help: 'writes an adapter for transformers and PEFT, or a model as a web page; or runs as tables, events or reports',
  examples: ['--model vit-nano --adapter runs/lora --out for-python', '--model vit-nano --adapter run --data fashion-mnist --format web --out page', '--runs runs --format csv --out tables'],
  computes: true,
  pushes: true,
  flags: [
    { name: 'runs', kind: 'text', value: 'A B ...', many: true, help: 'Instead of an adapter: folders of runs, or files of runs, to be written in the --format.' },
    { name: 'format', kind: 'choice', choices: [...formats, WEB], help: 'With --runs: the format to write. With --adapter: web, a folder that is a page with the merged model in it, for any host of files.' },
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', help: 'Base model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'out', kind: 'text', value: 'FOLDER', writes: 'folder', required: true, help: 'Folder to write; created where missing.' },
    { name: 'transformers', kind: 'text', value: 'VERSION', default: '5', help: 'Version of transformers that will read it, such as 4.45 or 5.13 (5: the newest). The layers of ViT and DeiT have other names since 5.9; those of other families have not changed.' },
    { name: 'as_lora', kind: 'boolean', help: 'Write a method that is a LoRA (NoLA, PiSSA, LoRA-XS and others) as the LoRA that computes the same; any other one, with --rank, as the nearest.' },
    { name: 'rank', kind: 'integer', value: 'R', help: 'With --as-lora: the nearest LoRA of this rank, and how much of the update it loses.' },
    { name: 'scale_intruders', kind: 'number', value: 'F', help: "With --as-lora --rank R: the adapter's intruder dimensions (see analyse) at this share of their size, 0 to 1, as PEFT's reduce_intruder_dimension writes them." },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'With --format web: test pictures on which accuracy is measured and the threshold for “none of these” is set.' },
    { name: 'title', kind: 'text', value: 'TEXT', help: 'With --format web: the heading of the page; the name of the data when left out.' },
    { name: 'head', kind: 'text', value: 'FILE', help: 'CLIP without a trained classifier: safetensors with head_weight (K,D), the scaled text features.' },
  ],
  async run(given, say) {
    if (given.runs !== undefined) return exportRunsCommand(given, say);
    const web = given.format === WEB;
    for (const name of ['data', 'title']) if (given[name] !== undefined && !web) throw new UsageError(`--${name} goes with --format ${WEB}`);
    if (given.format !== undefined && !web && given.adapter !== undefined) throw new UsageError(`--format ${JSON.stringify(given.format)} is for --runs; an adapter is written as it is, or with --format ${WEB}`);
    const missing = ['model', 'adapter'].filter((name) => given[name] === undefined);
    if (missing.length) throw new UsageError(`give --model and --adapter, or --runs and --format (missing: ${missing.map((name) => `--${name}`).join(', ')})`);
    const out = String(given.out);
    if (existsSync(out) && existsSync(String(given.adapter)) && (await realpath(out)) === (await realpath(String(given.adapter)))) throw new UsageError('--out is the folder of --adapter, which would be overwritten; choose another');
    const model = { ...(await openImageModel(await modelTree(String(given.model)))), id: String(given.model) };
    if (web) return exportPage(model, given, say);
    const generation = generationOf(String(given.transformers ?? '5'), model.net);
    const saved = await openSavedAdapter(model, given, say, true);
    const rank = wholeFrom(given, 'rank', 1, 2 ** 16);
    if (rank !== undefined && given.as_lora !== true) throw new UsageError('--rank is for --as-lora');
    const scale = given.scale_intruders === undefined ? null : Number(given.scale_intruders);
    if (scale !== null && rank === undefined) throw new UsageError('--scale-intruders is for --as-lora --rank R: what is left is written as a LoRA of that rank');
    if (scale !== null && !(scale >= 0 && scale <= 1)) throw new UsageError(`--scale-intruders is ${scale}; it must be from 0 to 1`);
    const { title, equivalent } = saved.adapted.method.fields;
    if (given.as_lora === true && rank === undefined && !equivalent) throw new UsageError(`${title} is not a LoRA: --rank R writes the nearest one of that rank, and says what is lost`);
    const { files, lost } = await withDevice(async (device) => {
      const near = rank === undefined ? null : await nearestTo(device, model.source, saved, rank, scale === null ? undefined : scaledBy({ model, ...saved }, scale));
      if (near) say(`${lossOf(near, saved.adapted, rank!)} eval says what that does to accuracy.`);
      return { files: await deployAdapter(device, { model, ...saved, ...near }, generation, { equivalent: given.as_lora === true && !near }), lost: near?.lost };
    });
    await writeAll(out, files);
    say(`${saved.adapted.method.fields.title}${versionsOf(generation, model.net) ? ` for ${versionsOf(generation, model.net)!}` : ''} written to ${out}${files.some((f) => f.path === 'check.py') ? `; python ${[join(out, 'check.py'), modelPath(String(given.model)) ?? ''].join(' ').trim()} compares it with this engine` : ''}`);
    return { out, method: saved.adapted.config.method, layers: saved.adapted.layers.length, files: files.map((f) => f.path), ...(lost !== undefined && { lost }) };
  },
};
