import { completeConfig } from '../adapters/fields';
import { completeTrain, trainFields } from '../train/config';
import { methodFlag, methodFlags, methodFrom, UsageError, type Command } from './command';
import { atFoundRate, isAuto, orAuto, withoutAuto } from './rates';
import { readTemplates } from './templates';
import { continuationFlags, textFlags, textSettings } from './texts';
import { stoppable } from './signals';
import { trainOnce } from './train';

/** Flags of other names that are known elsewhere by these. */
const data: Command['flags'] = [
  { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
  { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'Data set: a built-in name or a folder.' },
  { name: 'batches', kind: 'text', value: 'FILE', help: 'Instead of --data: fixed batches to replay, pixel_values (S,B,3,H,W) and labels (S,B), or input_ids (S,B,T) for the contrastive loss; of texts input_ids and attention_mask (S,B,T), and labels.' },
  { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'Saved adapter to start from; it says which method.' },
  ...textFlags,
  ...continuationFlags,
  methodFlag,
  { name: 'out', kind: 'text', value: 'FOLDER', writes: 'folder', help: 'Folder to write run.json and the adapter to.' },
  { name: 'no_save', kind: 'boolean', help: 'Trains without --out, and keeps nothing.' },
  { name: 'resume', kind: 'boolean', help: 'Goes on from the checkpoint in --out, with the same bits as without a break; from the first step where there is none, so that a command may be repeated as it is.' },
  { name: 'name', kind: 'text', help: 'Name of the run.' },
];

export const command: Command = {
  help: 'fine-tunes a model; writes run.json and the adapter',
  examples: ['--model vit-nano --data fashion-mnist --method lora --out runs/lora'],
  computes: true,
  pushes: true,
  flags: [...data, ...trainFields.map(orAuto), ...methodFlags],
  async run(given, say) {
    if ((given.data === undefined) === (given.batches === undefined)) throw new UsageError('give either --data or --batches');
    if (given.adapter !== undefined && given.method !== undefined) throw new UsageError('--adapter and --method exclude each other: a saved adapter names its method');
    if (given.out === undefined && given.no_save === undefined && given.json === undefined) throw new UsageError('nothing would be kept: give --out FOLDER for the adapter and run.json, or --no-save to train all the same');
    if (given.out !== undefined && given.no_save !== undefined) throw new UsageError('--no-save and --out exclude each other');
    const lost = ['resume', 'checkpoint_every'].find((name) => given[name] !== undefined && given.out === undefined);
    if (lost) throw new UsageError(`--${lost.replaceAll('_', '-')} needs --out, the folder of its checkpoint`);
    const method = given.adapter === undefined ? completeConfig(methodFrom(given)) : { method: '' };
    const text = (name: string) => (given[name] === undefined ? undefined : String(given[name]));
    const train = Object.fromEntries(trainFields.filter((f) => given[f.name] !== undefined).map((f) => [f.name, given[f.name]]));
    if (given.templates !== undefined) train.templates = readTemplates(String(given.templates));
    completeTrain(withoutAuto(train));
    const request = { model: text('model')!, data: text('data'), batches: text('batches'), adapter: text('adapter'), method, train: withoutAuto(train), text: textSettings(given), out: text('out'), name: text('name'), ...(given.resume && { resume: true as const }), say };
    return stoppable(async () => trainOnce(isAuto(train) ? await atFoundRate(request) : request));
  },
};
