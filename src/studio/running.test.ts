import { expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData } from '../testing/tiny';
import { openFamily } from '../testing/tinyFamilies';
import { completeTrain } from '../train/config';
import { Plans } from '../train/plan';
import type { RunEvent, RunSpec } from '../train/protocol';
import type { Devices } from './devices';
import type { Library } from './library';
import { Running } from './running';

test('a run that begins with the weights of another says so where these are gone, and trains where they are there', async () => {
  const device = await mustOpen(gpu());
  const reading = { model: await openFamily('ViT'), data: { ...tinyData(12, 7), classes: ['cat', 'dog', 'owl'] } };
  const devices = { running: false, preparing: new AbortController(), timing: Promise.resolve(), needDevice: () => Promise.resolve(device) } as unknown as Devices;
  const running = new Running(devices, { reading: () => Promise.resolve(reading) } as unknown as Library, new Plans(), async () => {});
  const spec: RunSpec = { id: 'a', name: 'a', model: 'tiny', data: 'tiny', method: { method: 'lora', r: 2 }, train: completeTrain({ steps: 2, batch: 4 }) };
  const run = async (one: RunSpec, start?: { path: string; bytes: Uint8Array }[]) => {
    const events: RunEvent[] = [];
    await running.run(one, null, (event) => events.push(event), [], start);
    return { last: events.at(-1), files: events.flatMap((event) => (event.type === 'adapter' ? event.files : [])) };
  };
  const { files } = await run(spec);
  const next = { ...spec, id: 'b', init_from: 'a' };
  expect((await run(next)).last).toMatchObject({ type: 'failed', error: { kind: 'bad-input', message: expect.stringContaining('is not here any more') as unknown } });
  expect(devices.running).toBe(false);
  expect((await run(next, files)).last).toMatchObject({ type: 'finished', reason: 'done' });
});
