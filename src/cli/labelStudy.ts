import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { SavedFile } from '../adapters/files';
import { PreTrainedModel } from '../api/models';
import { get_peft_model, type PeftModel } from '../api/peft';
import { Trainer } from '../api/trainer';
import { limited } from '../data/limit';
import { shuffle } from '../data/random';
import type { Dataset } from '../data/source';
import { subset } from '../data/split';
import { streams } from '../data/streams';
import type { Device } from '../engine/device';
import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import type { LabelStudy } from '../records/labelStudy.meta';
import { completeTrain } from '../train/config';
import { openModel, type LoadedModel } from '../train/openModel';
import { Plans } from '../train/plan';
import type { Evaluation, MethodConfig } from '../train/protocol';
import { shotsOf } from '../train/split';
import { teach } from '../train/teach';
import { UsageError } from './command';
import { modelTree, openData, writeWhole } from './files';
import { withDevice, withDeviceFlag } from './gpu';

/** What labelling in the order of `teach` brings over random order, run after run from the weights of the one before, as the page does it; a file that grows run by run. */

const settings = { train: { steps: 20, batch: 16, lr: 3e-3, head_lr: 1e-2, test_limit: 500 }, pool: 300, start: 2, add: 10, rounds: 6 };
const RESULTS = 'src/ui/recorded/labels.json';

type Order = 'chosen' | 'random';
interface Opened {
  method: MethodConfig;
  device: Device;
  loaded: LoadedModel;
  data: Dataset;
  plans: Plans;
}

/** Trains on from what the model has learned, takes over what it learns, and measures it. */
async function trainOn({ data, plans }: Opened, peft: PeftModel, labelled: readonly number[], pool: Dataset['train'], seed: number): Promise<Evaluation> {
  const train_dataset = { ...data, train: subset(pool, labelled) };
  const trainer = new Trainer({ model: peft, args: completeTrain({ ...settings.train, seed }), train_dataset, plans });
  const kept: { files?: SavedFile[]; final?: Evaluation | null; failure?: string } = {};
  await trainer.run((event) => {
    if (event.type === 'adapter') kept.files = event.files;
    else if (event.type === 'finished') kept.final = event.summary.final;
    else if (event.type === 'failed') kept.failure = event.error.message;
  });
  if (!kept.files || !kept.final) throw new FullrankError(kept.failure ?? 'The run has left nothing.');
  await trainer.load(kept.files);
  return kept.final;
}

/** Places in the pool that are labelled next. */
async function nextOf({ device, loaded }: Opened, peft: PeftModel, pool: Dataset['train'], labelled: readonly number[], order: Order, seed: number): Promise<number[]> {
  const left = [...pool.labels.keys()].filter((i) => !labelled.includes(i));
  if (order === 'random') return shuffle(left, streams.labelled(seed, labelled.length)).slice(0, settings.add);
  const { adapted, values } = peft.learned();
  const images = { count: left.length, name: (k: number) => String(k), image: (k: number) => pool.image(defined(left[k])) };
  const { next } = await teach(device, { model: loaded, adapted, values }, images, subset(pool, labelled), { trained: true, most: settings.add });
  return next.map(({ name }) => defined(left[Number(name)]));
}

/** Accuracy on the test pictures after each training of one seed, in one order. */
async function curveOf(opened: Opened, order: Order, seed: number): Promise<number[]> {
  const { device, loaded, data, method } = opened;
  const pool = subset(data.train, shuffle(Uint32Array.from(data.train.labels.keys()), streams.pool(seed)).slice(0, settings.pool));
  const peft = get_peft_model(new PreTrainedModel(device, loaded, 'f32'), method);
  const labelled = [...shotsOf(pool.labels, settings.start, seed)];
  const found: number[] = [];
  for (let round = 0; round <= settings.rounds; round++) {
    if (round > 0) labelled.push(...(await nextOf(opened, peft, pool, labelled, order, seed)));
    found.push((await trainOn(opened, peft, labelled, pool, seed)).accuracy);
  }
  return found;
}

async function record({ model, data: folder, out, seeds, method }: { model: string; data: string; out: string; seeds: number; method: MethodConfig }): Promise<null> {
  const study = existsSync(out) ? (JSON.parse(await readFile(out, 'utf8')) as LabelStudy) : null;
  const runs = study?.runs ?? [];
  await withDevice(async (device) => {
    const [loaded, data] = [await openModel(await modelTree(model)), await openData(folder)];
    const opened = { device, loaded, data, method, plans: new Plans() };
    const labels = Array.from({ length: settings.rounds + 1 }, (_, round) => settings.start * data.classes.length + round * settings.add);
    for (let seed = 0; seed < seeds; seed++) {
      for (const order of ['chosen', 'random'] as const) {
        if (runs.some((one) => one.seed === seed && one.order === order)) continue;
        const since = performance.now();
        runs.push({ order, seed, accuracy: await curveOf(opened, order, seed) });
        const { pool, start, add, train } = settings;
        const whole: LabelStudy = { model: model.split('/').at(-1) ?? model, data: data.title, pool, start, add, method, train, test: limited(data.test, train.test_limit, 'stratified').count, labels, runs };
        await writeWhole(out, `${JSON.stringify(whole, null, 1)}\n`);
        console.log(`${order} ${seed}: ${defined(runs.at(-1)).accuracy.map((one) => (100 * one).toFixed(1)).join(' ')} (${Math.round((performance.now() - since) / 1000)} s)`);
      }
    }
  });
  return null;
}

/** Trains what has not been trained. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { model: { type: 'string' }, data: { type: 'string' }, method: { type: 'string' }, r: { type: 'string', default: '8' }, out: { type: 'string', default: RESULTS }, seeds: { type: 'string', default: '5' }, device: { type: 'string', default: 'wasm' } } });
  const { model, data, method, r, out, seeds, device } = values;
  if (!model || !data || !method) throw new UsageError('give --model, --data and --method');
  await withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => record({ model, data, out, seeds: Number(seeds), method: { method, r: Number(r) } }) }).run({ device }, () => {});
  return 0;
}
