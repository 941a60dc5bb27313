import type { Device } from '../../engine/device';
import { splitBatches } from '../../train/feeds';
import { completeTrain } from '../../train/config';
import type { RunSpec, RunSummary } from '../../train/protocol';
import { Session } from '../../train/session';
import { runSplits } from '../../train/split';
import { held } from '../growth.node';
import { tinyData, tinyModel } from '../tiny';

/** Memory held at a step: bytes on the device by its ledger, and bytes of JavaScript after garbage was collected. */
export interface Held {
  step: number;
  gpu: number;
  js: number;
}

/** One long run of a tiny model, with evaluations and checkpoints on the way, looked at ten times. */
export async function endurance(device: Device, steps: number, seed = 0): Promise<{ held: Held[]; summary: RunSummary }> {
  const [model, data] = [await tinyModel(), tinyData()];
  const every = Math.max(1, Math.floor(steps / 10));
  const train = completeTrain({ steps, seed, batch: 4, train_limit: 0, eval_every: every, checkpoint_every: every });
  const spec: RunSpec = { id: 'endurance', name: 'endurance', model: 'tiny', data: 'tiny', method: { method: 'lora', r: 2 }, train };
  const splits = runSplits(data, train);
  const seen: Held[] = [];
  let summary: RunSummary | undefined;
  let failure = 'it has not ended';
  await new Session({ spec, model, batches: splitBatches(splits.train, model.preprocess, model.net.image_size, train), splits, classes: data.classes, device }, (event) => {
    if (event.type === 'step' && event.point.step % every === 0) seen.push({ step: event.point.step, gpu: Object.values(device.ledger).reduce((a, b) => a + b, 0), js: held() });
    else if (event.type === 'finished') summary = event.summary;
    else if (event.type === 'failed') failure = event.error.message;
  }).run();
  if (!summary) throw new Error(failure);
  return { held: seen, summary };
}

/** Allowed growth of JavaScript from the first tenth to the end: for code compiled meanwhile, not for anything that grows with steps. */
export const MOST_JS = 8 * 2 ** 20;

/** Reason that memory is not flat after the first tenth; empty if it is. */
export function growthOf(seen: readonly Held[]): string {
  const [first, ...rest] = seen;
  const last = rest.at(-1);
  if (!first || !last) return 'nothing was measured';
  const other = rest.find(({ gpu }) => gpu !== first.gpu);
  if (other) return `${other.gpu} bytes on the device at step ${other.step}, ${first.gpu} at step ${first.step}`;
  return last.js - first.js > MOST_JS ? `JavaScript holds ${last.js} bytes at step ${last.step}, ${first.js} at step ${first.step}` : '';
}
