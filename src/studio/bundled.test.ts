import { readFile } from 'node:fs/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { Recorder } from '../engine/record';
import { gpu } from '../testing/dawn';
import { trainDefaults } from '../train/config';
import type { RunEvent, RunSpec } from '../train/protocol';
import type { StudioWorker } from './protocol';
import { openStudio } from './studio';

const base = 'http://page/';
/** The page's own server: what lies in public/. */
const fetched = vi.fn(async (url: string) => new Response(await readFile(url.replace(base, `${import.meta.dirname}/../../public/`))));
let studio: StudioWorker;
/** Names of the files that were fetched since the test began, in order of the alphabet. */
const files = () => fetched.mock.calls.map(([url]) => url.split('/').slice(-2).join('/')).sort();
const described = ['fashion-mnist/dataset.json', 'vit-nano/config.json', 'vit-nano/preprocessor_config.json'];
const others = ['clip-nano', 'deit-tiny-patch16-224'].flatMap((model) => [`${model}/config.json`, `${model}/preprocessor_config.json`]);
const spec = (method: string): RunSpec => ({ id: method, name: method, model: 'vit-nano', data: 'fashion-mnist', method: { method, target_modules: ['query', 'value'] }, train: { ...trainDefaults, steps: 1, batch: 2, train_limit: 20, test_limit: 2, val_fraction: 0, checkpoint_every: 0, snapshots: 0 } });

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  fetched.mockClear();
  studio = openStudio(gpu(), base, true);
});

test('what is bundled is told and planned from descriptions of a few kilobytes, and is as they say', async () => {
  const answers = async () => [await studio.models('pictures'), await studio.datasets('pictures'), await studio.plan({ ...spec('lora'), train: { ...spec('lora').train, steps: 0, epochs: 3, train_limit: 700, val_fraction: 0.1 } }), await studio.budget('vit-nano', ['query'], [...'abcdefghij'], 1000, trainDefaults, 0)];
  const before = await answers();
  expect(files()).toEqual([...others, 'sign-digits/dataset.json', ...described].sort());
  expect((await studio.samples('fashion-mnist', 2)).map(({ label }) => label).sort()).toEqual(Array.from({ length: 10 }, (_, c) => [c, c]).flat());
  expect(files()).toEqual([...others, 'sign-digits/dataset.json', 'fashion-mnist/test.safetensors', 'fashion-mnist/train.safetensors', ...described].sort());
  expect(await answers()).toEqual(before);
});

test('what is listed does not fail with what somebody else asks for meanwhile and is not here', async () => {
  const asked = Promise.allSettled([studio.openCachedData('pics'), studio.openCachedModel('mine')]);
  const listed = [await studio.datasets('pictures'), await studio.models('pictures')];
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(listed).toEqual([await studio.datasets('pictures'), await studio.models('pictures')]);
  // What is bundled is sure to be here, or else that is told.
  fetched.mockRejectedValueOnce(new Error('gone'));
  await expect(studio.models('texts')).rejects.toThrow(/could not be reached/);
});

test('what is prepared is compiled for all methods, and a run that follows compiles nothing and records no program, with the same numbers', async () => {
  const run = async (on: StudioWorker) => {
    const events: RunEvent[] = [];
    await on.run(spec('lora'), null, (event) => events.push(event));
    return events;
  };
  const losses = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'step' ? [event.point.loss, event.point.grad_norm] : []));
  const plain = await run(openStudio(gpu(), base, true));
  fetched.mockClear();
  const compile = vi.spyOn(GPUDevice.prototype, 'createComputePipelineAsync');
  await studio.prepare([spec('lora'), spec('unknown'), spec('vera')]);
  expect(files()).toEqual(described);
  const compiled = compile.mock.calls.length;
  const record = vi.spyOn(Recorder.prototype, 'program');
  expect(compiled).toBeGreaterThan(30);
  const events = await run(studio);
  expect(compile).toHaveBeenCalledTimes(compiled);
  // Neither does it record its programs again: the plan that the page shows is the run's.
  expect(events.find((event) => event.type === 'planned')).toMatchObject({ plan: await studio.plan(spec('lora')) });
  expect(record.mock.calls.filter(([name]) => name === 'train')).toEqual([]);
  expect(events.filter((event) => event.type === 'phase').map(({ phase }) => phase)).toContain('compile');
  expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'done' });
  expect(losses(events)).toEqual(losses(plain));
  compile.mockRestore();
  record.mockRestore();
});
