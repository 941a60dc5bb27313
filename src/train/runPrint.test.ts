import { expect, test } from 'vitest';
import { noEdits, usualSplit, withDisabled, withDisabledClass, withLabel, withSplit, type Edits } from '../data/edits.meta';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain, fingerprint } from './config';
import { splitBatches } from './feeds';
import type { RunEvent, RunSpec } from './protocol';
import { runPrint } from './runPrint';
import { Session } from './session';
import { runSplits } from './split';

const train = completeTrain({ steps: 2, batch: 4, seed: 3, eval_every: 0, checkpoint_every: 1 });
const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train };
const edited: Edits[] = [withDisabled(noEdits, 'a.png', true), withDisabledClass(noEdits, 'cat', true), withLabel(noEdits, 'a.png', 'dog'), withLabel(noEdits, 'a.png', 'cat'), withSplit(noEdits, 1, 0.2), { ...noEdits, read: { columns: { text: 'title' } } }];

test('edits that change what is trained on tell runs apart, in whatever order they were made; none at all change nothing', () => {
  const prints = [runPrint(spec), ...edited.map((edits) => runPrint({ ...spec, edits }))];
  expect(new Set(prints.map(({ edits }) => edits)).size).toBe(prints.length);
  for (const edits of [undefined, noEdits, withSplit(noEdits, usualSplit.seed, usualSplit.test), withLabel(withLabel(noEdits, 'a', 'b'), 'a', null)]) expect(runPrint({ ...spec, ...(edits && { edits }) })).toEqual({ fingerprint: fingerprint(spec), edits: '' });
  const [one, other] = [withLabel(withDisabled(withDisabled(noEdits, 'a', true), 'b', true), 'c', 'x'), withDisabled(withDisabled(withLabel(noEdits, 'c', 'x'), 'b', true), 'a', true)];
  expect(runPrint({ ...spec, edits: one })).toEqual(runPrint({ ...spec, edits: other }));
});

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
