import { expect, test } from 'vitest';
import type { SavedFile } from '../adapters/files';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData } from '../testing/tiny';
import { openFamily } from '../testing/tinyFamilies';
import { completeTrain } from '../train/config';
import type { Evaluation, MethodConfig, RunEvent, RunSpec, RunSummary, TrainConfig } from '../train/protocol';
import { RunTrainer } from './runTrainer';

const data = { ...tinyData(12, 7), classes: ['cat', 'dog', 'owl'] };
const specOf = (method: MethodConfig, train: Partial<TrainConfig>): RunSpec => ({ id: 'mine', name: 'mine', model: 'tiny', data: 'tiny', method, train: completeTrain({ steps: 2, batch: 4, lr: 0.05, val_fraction: 0, ...train }) });

interface Outcome {
  events: RunEvent[];
  losses: number[];
  checkpoints: Uint8Array[];
  files: SavedFile[];
  final: Evaluation;
}

async function trained(trainer: RunTrainer, resume_from_checkpoint?: Uint8Array): Promise<Outcome> {
  const outcome = { events: [] as RunEvent[], losses: [] as number[], checkpoints: [] as Uint8Array[], files: [] as SavedFile[], summary: null as RunSummary | null };
  await trainer.run(
    (event) => {
      outcome.events.push(event);
      if (event.type === 'step') outcome.losses.push(event.point.loss);
      else if (event.type === 'checkpoint') outcome.checkpoints.push(event.bytes);
      else if (event.type === 'adapter') outcome.files = event.files;
      else if (event.type === 'finished') outcome.summary = event.summary;
      else if (event.type === 'failed') throw new Error(event.error.message);
    },
    { resume_from_checkpoint },
  );
  return { ...outcome, final: outcome.summary!.final! };
}

test.each<[family: string, method: MethodConfig, train: Partial<TrainConfig>]>([
  ['ViT', { method: 'lora', r: 2 }, {}],
  ['ViT', { method: 'randlora', r: 2 }, { val_fraction: 0.25 }],
  ['CLIP, by text', { method: 'lora', r: 2 }, {}],
  ['CLIP, by text', { method: 'lora', r: 2 }, { loss: 'contrastive' }],
  ['CLIP, by text', { method: 'coop', n_ctx: 2 }, {}],
])('%s, %o, %o: the weights of a run are measured as the run itself measured them', async (family, method, train) => {
  const device = await mustOpen(gpu());
  const model = await openFamily(family);
  const spec = specOf(method, train);
  const { events, files, final } = await trained(new RunTrainer(device, spec, { model, data }));
  expect(new Set(events.map(({ run }) => run))).toEqual(new Set(['mine']));
  const trainer = new RunTrainer(device, spec, { model, data });
  await trainer.load(files);
  const { loss, ...measured } = await trainer.evaluation({ step: final.step });
  expect(measured).toEqual({ ...measured, step: final.step, split: 'test', accuracy: final.accuracy, confusion: final.confusion, images: final.images });
  expect(loss).toBeCloseTo(final.loss, 5);
  expect(device.ledger).toEqual({});
});

test.each<[family: string, method: MethodConfig]>([
  ['ViT', { method: 'lora', r: 2 }],
  ['ViT', { method: 'full' }],
  ['CLIP, by text', { method: 'lora', r: 2 }],
])('%s, %o: a run that begins with the weights of another begins where that ended', async (family, method) => {
  const device = await mustOpen(gpu());
  const model = await openFamily(family);
  const first = await trained(new RunTrainer(device, specOf(method, { steps: 4 }), { model, data }));
  // Steps that move nothing.
  const spec = { ...specOf(method, { steps: 1, lr: 1e-12, weight_decay: 0 }), init_from: 'mine' };
  const trainer = new RunTrainer(device, spec, { model, data });
  await trainer.load(first.files);
  const { final } = await trained(trainer);
  expect(final.loss).toBeCloseTo(first.final.loss, 5);
  expect(final.confusion).toEqual(first.final.confusion);
  const fresh = await trained(new RunTrainer(device, spec, { model, data }));
  expect(Math.abs(fresh.final.loss - first.final.loss)).toBeGreaterThan(1e-3);
});

test('a run goes on from a checkpoint to the bit, is stopped before it begins, and finds its rate first', async () => {
  const device = await mustOpen(gpu());
  const model = await openFamily('ViT');
  const spec = specOf({ method: 'lora', r: 2 }, { steps: 4, checkpoint_every: 2 });
  const whole = await trained(new RunTrainer(device, spec, { model, data }));
  const rest = await trained(new RunTrainer(device, spec, { model, data }), whole.checkpoints[0]);
  expect(rest.losses).toEqual(whole.losses.slice(2));
  expect(rest.final).toEqual(whole.final);

  const trainer = new RunTrainer(device, spec, { model, data });
  trainer.stop();
  await expect(trained(trainer)).rejects.toThrow('Cancelled before the first step.');
  // What was stopped is not stopped for ever.
  expect((await trained(trainer)).losses).toEqual(whole.losses);

  const tried: number[] = [];
  const search = await trainer.find_learning_rate({ tried: ({ lr }) => tried.push(lr) });
  expect(tried).toContain(search.lr);
  expect(trainer.args.lr).toBe(search.lr);
  await expect(trainer.find_learning_rate({ tried: () => trainer.stop() })).rejects.toThrow('Stopped.');
  expect((await trained(trainer)).losses).toHaveLength(4);
  expect(device.ledger).toEqual({});
});
