import { afterAll, beforeAll, expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { startHub, type FakeHub } from '../testing/hubServer.node';
import { runRecord } from '../testing/runRecord';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from '../train/config';
import type { ExportInput } from '../train/exportRun';
import type { ExportEvent, HubTarget, RunSpec } from '../train/protocol';
import { pushRun } from './pushRun';

let hub: FakeHub;
let input: Omit<ExportInput, 'how'>;
const device = mustOpen(gpu());
const target = (): HubTarget => ({ repository: 'me/tiny', endpoint: hub.endpoint, token: 'hf_may_write', hidden: true });
beforeAll(async () => {
  hub = await startHub({});
  hub.writer = 'hf_may_write';
  const [model, data] = [await tinyModel(), tinyData()];
  const spec: RunSpec = { id: 'r', name: 'calm-owl', model: model.id, data: 'tiny', method: { method: 'lora', r: 2 }, train: completeTrain({ steps: 2, batch: 4, seed: 3 }) };
  input = { spec, model, data, files: (await trainRun(await device, { spec, model, data })).files };
});
afterAll(() => hub.close());

test('an adapter and a merged model go to the hub, with the run and without a picture of its data', async () => {
  const opened: unknown[] = [];
  const data = new Proxy(input.data!, { get: (of, name) => (name === 'test' || name === 'train' ? { ...of[name], image: (i: number) => (opened.push(i), of[name].image(i)) } : (Reflect.get(of, name) as unknown)) });
  const events: ExportEvent[] = [];
  const record = { ...runRecord(), spec: input.spec };
  const pushed = await pushRun(await device, { ...input, data, how: { format: 'peft' } }, record, target(), { onEvent: (event) => events.push(event) });
  const repo = hub.repos.get('me/tiny')!;
  expect(pushed).toEqual({ url: `${hub.endpoint}/me/tiny`, commit: repo.commit });
  expect([...repo.files.keys()].sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'check.py', 'curves.svg', 'fullrank.json', 'preprocessor_config.json', 'probe.safetensors', 'run.json']);
  expect(opened).toEqual([]);
  expect([...new Set(events.map(({ stage }) => stage))]).toEqual(['open', 'make', 'send']);
  const sent = events.at(-1)!;
  expect(sent.bytes).toBe(sent.total);
  await pushRun(await device, { ...input, how: { format: 'folder' } }, null, { ...target(), repository: 'me/whole' });
  expect([...hub.repos.get('me/whole')!.files.keys()].sort()).toEqual(['README.md', 'config.json', 'model.safetensors', 'preprocessor_config.json']);
  expect((await device).ledger).toEqual({});
});

test('where it may not go is said before anything is made', async () => {
  const events: ExportEvent[] = [];
  for (const [change, why] of [[{ repository: 'nonsense' }, /is not a hub id/], [{ endpoint: 'http://hub.example' }, /not encrypted/]] as const) {
    await expect(pushRun(await device, { ...input, how: { format: 'peft' } }, null, { ...target(), ...change }, { onEvent: (event) => events.push(event) })).rejects.toThrow(why);
  }
  expect(events).toEqual([]);
});
