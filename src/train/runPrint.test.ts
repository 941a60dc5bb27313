import { expect, test } from 'vitest';
import { noEdits, withLabel, type Edits } from '../data/edits.meta';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { splitBatches } from './feeds';
import type { RunEvent, RunSpec } from './protocol';
import { Session } from './session';
import { runSplits } from './split';

const train = completeTrain({ steps: 2, batch: 4, seed: 3, eval_every: 0, checkpoint_every: 1 });
const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train };

test('a checkpoint is refused for relabelled data, in a sentence, and still opens for the data it was made with', async () => {
  const run = async (edits: Edits | undefined, resume: Uint8Array | null): Promise<RunEvent[]> => {
    const [model, data, device] = [await tinyModel(), tinyData(), await mustOpen(gpu())];
    const splits = runSplits(data, train);
    const events: RunEvent[] = [];
    await new Session({ spec: { ...spec, ...(edits && { edits }) }, model, batches: splitBatches(splits.train, model.preprocess, model.net.image_size, train), splits, classes: data.classes, device, resume }, (event) => events.push(event)).run();
    expect([device.ledger, device.errors]).toEqual([{}, []]);
    return events;
  };
  const relabelled = withLabel(noEdits, 'a.png', 'dog');
  for (const [made, other] of [[undefined, relabelled], [relabelled, withLabel(noEdits, 'a.png', 'cat')]] as const) {
    const checkpoint = (await run(made, null)).find((event) => event.type === 'checkpoint');
    const bytes = checkpoint?.bytes ?? null;
    expect(bytes).not.toBeNull();
    expect((await run(other, bytes)).at(-1)).toMatchObject({ type: 'failed', error: { kind: 'bad-input', message: expect.stringMatching(/other settings/) as string } });
    expect((await run(made, bytes)).at(-1)).toMatchObject({ type: 'finished', reason: 'done' });
  }
});
