import { readFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import { beforeEach, expect, test, vi } from 'vitest';
import { Analyses } from '../analysis/worker';
import { gpu } from '../testing/dawn';
import { readGguf } from '../testing/ggufReader';
import { trainDefaults } from './config';
import type { RunEvent, RunSpec, TrainConfig } from './protocol';
import { Studio } from './studio';

const base = 'http://page/';
/** The page's own server: what lies in public/. */
const fetched = vi.fn(async (url: string) => new Response(await readFile(url.replace(base, `${import.meta.dirname}/../../public/`))));
let studio: Studio;
const names = () => fetched.mock.calls.map(([url]) => url.replace(base, ''));
const file = (path: string, text: string) => ({ path, file: new File([text], path) });
const train: TrainConfig = { ...trainDefaults, steps: 30, batch: 16, lr: 0.005, head_lr: 0.01, warmup_steps: 3, test_limit: 100, val_fraction: 0.1, eval_every: 10, checkpoint_every: 0, snapshots: 2 };
const spec = (method = 'lora', change: Partial<RunSpec> = {}): RunSpec => ({ id: method, name: method, model: 'bert-nano', data: 'village-moods', text: { task: 'sequence-classification' }, method: { method, target_modules: ['query', 'value'] }, train, ...change });

const fullSpec = spec('full', { method: { method: 'full' } });

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  fetched.mockClear();
  studio = new Studio(gpu(), base, true, undefined, undefined, undefined, async (host) => new Analyses(host));
});

async function trained(one: RunSpec): Promise<{ events: RunEvent[]; files: { path: string; bytes: Uint8Array }[]; snapshots: { step: number; bytes: Uint8Array }[] }> {
  const events: RunEvent[] = [];
  await studio.run(one, null, (event) => events.push(event));
  return { events, files: events.flatMap((event) => (event.type === 'adapter' ? event.files : [])), snapshots: events.flatMap((event) => (event.type === 'snapshot' ? [{ step: event.step, bytes: event.bytes }] : [])) };
}

test('models and sets of texts are told apart from those of pictures, and no weights are fetched for it', async () => {
  const [models, sets] = [await studio.models('texts'), await studio.datasets('texts')];
  expect(models.map(({ id, language }) => [id, language])).toEqual([['bert-nano', { max_tokens: 64, goesOn: false, gguf: false }], ['llama-nano', { max_tokens: 128, goesOn: true, gguf: true }]]);
  expect(sets).toMatchObject([
    { id: 'village-moods', classes: ['bad', 'good', 'plain'], texts: { pairs: false }, warnings: [] },
    { id: 'village-stories', classes: [], train: 3000, texts: { pairs: false, goesOn: {} }, warnings: [] },
    { id: 'village-questions', classes: [], test: 300, texts: { pairs: true, goesOn: { prompt: '{passage} {question}', answer: ' {answer}' } }, warnings: [] },
  ]);
  expect((await studio.models('pictures')).map(({ id }) => id)).toEqual(['vit-nano', 'clip-nano']);
  expect((await studio.datasets('pictures')).map(({ id }) => id)).toEqual(['fashion-mnist']);
  const plan = await studio.plan(spec());
  const rows = await studio.budget('bert-nano', ['query', 'value'], ['bad', 'good', 'plain'], 2000, train, 0, ['lora', 'vera'], spec());
  expect(plan).toMatchObject({ adapter_parameters: 8192, head_parameters: 387, steps: 30 });
  expect(rows.map(({ method, parameters }) => [method, parameters])).toEqual([['lora', 2048], ['vera', expect.any(Number)]]);
  expect(names().filter((name) => name.endsWith('.safetensors'))).toEqual([]);
  const lengths = await studio.lengths(spec());
  expect(lengths).toMatchObject({ texts: 1000, most: 64, cut: 0, lost: 0 });
  expect(lengths.counts.reduce((a, b) => a + b, 0)).toBe(1000);
  expect([lengths.samples[0]![0]!.part, lengths.samples[0]!.at(-1)!.part, lengths.samples[0]![1]!.part]).toEqual(['special', 'special', 'text']);
  const short = await studio.lengths({ model: 'llama-nano', data: 'village-questions', text: { task: 'causal-lm', prompt: '{passage} {question}', answer: ' {answer}', max_length: 23 } });
  expect(short.cut).toBeGreaterThan(0);
  expect(short.samples[1]!.map(({ part }) => part).filter((part, at, all) => part !== all[at - 1])).toEqual(expect.arrayContaining(['text']));
  expect(short.samples.flat().some(({ part }) => part === 'counts' || part === 'cut')).toBe(true);
  const samples = await studio.samples('village-moods', 2);
  expect(samples.map((one) => 'first' in one && one.first.length > 10)).toEqual(Array(6).fill(true));
});

test('a run on texts learns what the command line does, is measured again, looked into, and says something of what is typed', async () => {
  const [lora, full, randlora] = [await trained(spec()), await trained(fullSpec), await trained(spec('randlora', { method: { method: 'randlora', r: 4, target_modules: ['query', 'value'] } }))];
  const finished = lora.events.at(-1);
  expect(finished).toMatchObject({ type: 'finished', reason: 'done', summary: { final: { split: 'test', count: 100, confusion: [expect.any(Array), expect.any(Array), expect.any(Array)] } } });
  const final = finished?.type === 'finished' ? finished.summary.final! : null;
  expect(final!.images!.length).toBeGreaterThan(0);
  const again = await studio.evaluateRun(spec(), lora.files, 30, () => {});
  expect(again.accuracy).toBe(final!.accuracy);

  const opened = await studio.tryImages({ texts: ['the lamp was splendid', '', 'the cake is dull and poor and the bread that gus lost in the harbour was poor too , said fay'] });
  expect(opened).toMatchObject({ texts: [{ first: 'the lamp was splendid', second: null }, {}], truths: null });
  const bases: RunSpec = { ...spec(), id: 'base', method: { method: 'frozen' } };
  const { predictions } = await studio.tryAdapters([bases, spec()], async (key) => (key === 'base' ? [] : lora.files), () => {});
  // Without a head it says nothing.
  expect(predictions[0]!.rows.map(({ top }) => top)).toEqual([[], []]);
  const [good, bad] = predictions[1]!.rows;
  expect(good!.top.map(({ label }) => label).sort()).toEqual(['bad', 'good', 'plain']);
  expect(good!.top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(bad!.name).toContain('the cake is dull');
  const { truths, texts } = await studio.tryImages({ data: 'village-moods', limit: 20 });
  expect([truths!.length, texts!.length]).toEqual([20, 20]);
  await expect(studio.tryLook([spec()], async () => lora.files, 0, false, () => {})).rejects.toThrow(/is a text/);
  await expect(studio.exportRun(spec(), lora.files, { format: 'gguf' }, () => {})).rejects.toThrow(/GGUF is for models that go on with texts/);

  const files = async (key: string) => ({ files: { lora, full, randlora }[key]!.files, snapshots: { lora, full, randlora }[key]!.snapshots });
  const runs = [spec(), fullSpec, spec('randlora', { method: { method: 'randlora', r: 4, target_modules: ['query', 'value'] } })];
  const plane = await studio.landscape(runs, { grid: 5, x: [-1, 2], y: [-1, 2], images: 32, splits: ['train', 'val'], line: 0, seed: 0 }, files, () => {});
  expect(plane.sets.map(({ loss }) => loss.every(Number.isFinite))).toEqual([true, true]);
  const inside = await studio.inside(runs, { images: 32, seed: 0 }, files, () => {});
  expect(inside.outputs).toEqual([0, 1].flatMap((block) => [{ block, part: 'attention' }, { block, part: 'mlp' }]));
  expect(inside.cka[0]!.every((cka) => cka > 0.1 && cka <= 1)).toBe(true);
});

test('texts are gone on with: a run is measured before and after by what counts, and says how a text goes on, streamed, stopped, and as the seed draws it', async () => {
  const text = { task: 'causal-lm', prompt: '{passage} {question}', answer: ' {answer}' };
  const one = spec('lora', { model: 'llama-nano', data: 'village-questions', text, method: { method: 'lora', r: 4 }, train: { ...train, steps: 20, lr: 0.005, test_limit: 60 } });
  expect(await studio.plan(one)).toMatchObject({ head_parameters: 0, steps: 20 });
  const { events, files } = await trained(one);
  const finished = events.at(-1);
  expect(finished).toMatchObject({ type: 'finished', summary: { start: { count: 100, confusion: [], scores: { perplexity: expect.any(Number) as number } }, final: { split: 'test', count: 60 } } });
  const summary = finished?.type === 'finished' ? finished.summary : null;
  expect(summary!.final!.loss).toBeLessThan(summary!.start!.loss);
  expect((await studio.evaluateRun(one, files, 20, () => {})).loss).toBeCloseTo(summary!.final!.loss, 5);

  const exported = await studio.exportRun(one, files, { format: 'gguf', gguf: 'q8_0' }, () => {});
  expect(exported).toMatchObject({ name: 'lora-lora-q8_0.gguf', note: '' });
  const { metadata, tensors } = await readGguf([new Uint8Array(await exported.file.arrayBuffer())]);
  expect(metadata).toMatchObject({ 'general.architecture': 'llama', 'general.name': 'llama-nano with LoRA', 'tokenizer.ggml.bos_token_id': 0, 'tokenizer.ggml.eos_token_id': 1 });
  expect(tensors.get('token_embd.weight')).toEqual({ type: 8, shape: [531, 128] });

  const prompt = 'carl took the kite to the school . gus took the cup to the forest . what did carl take ?';
  const heard: [string, string][] = [];
  const base = { ...one, id: 'base', method: { method: 'frozen' } };
  const ask = (how: Partial<Parameters<Studio['tryGoingOn']>[3]> = {}) => studio.tryGoingOn([base, one], async (key) => (key === 'base' ? [] : files), prompt, { max_new_tokens: 6, temperature: 0, seed: 0, ...how }, (key, said) => heard.push([key, said]));
  const said = await ask();
  expect(said.cancelled).toBe(false);
  expect(said.texts.map(({ key }) => key)).toEqual(['base', 'lora']);
  expect(heard.findLast(([key]) => key === 'lora')![1]).toBe(said.texts[1]!.text);
  expect(await ask()).toEqual(said);
  expect(await ask({ temperature: 3, seed: 1 })).toEqual(await ask({ temperature: 3, seed: 1 }));
  expect(await ask({ temperature: 3, seed: 1 })).not.toEqual(await ask({ temperature: 3, seed: 2 }));
  expect((await ask({ temperature: 3, seed: 1, top_k: 1 })).texts).toEqual(said.texts);
  await expect(studio.tryGoingOn([one], async () => files, ' ', { max_new_tokens: 2, temperature: 0, seed: 0 }, () => {})).rejects.toThrow(/Type a sentence/);
  await expect(studio.plan({ ...one, model: 'bert-nano' })).rejects.toThrow();
  await expect(studio.plan({ ...one, data: 'village-moods' })).rejects.toThrow(/has a class for each text/);
  const plain = await studio.importData('lines', [file('lines.txt', 'one fine day .\n\nanother day .\na third day .\na fourth day .\nthe fifth day .\nthe last day .')]);
  expect(plain).toMatchObject({ classes: [], texts: { pairs: false, goesOn: {} }, warnings: [{ key: '1 empty row left out.', values: [] }] });
  expect(await studio.importData('asked', [file('asked.csv', ['instruction,response', ...Array.from({ length: 8 }, (_, i) => `say ${i},${i}`)].join('\n'))])).toMatchObject({ texts: { pairs: true, goesOn: { prompt: '{instruction}', answer: ' {response}' } } });
  const left = await studio.editData('lines', { version: 1, disabled_classes: [], disabled: ['lines.txt#0'], relabelled: [], split: null });
  expect(left.train + left.test).toBe(5);
});

test('a table of texts opens as texts, is looked over, and what does not belong together says so', async () => {
  const rows = ['review,verdict', ...Array.from({ length: 30 }, (_, i) => `the day number ${i} was ${i % 2 ? 'fine' : 'poor'},${i % 2 ? 'up' : 'down'}`), 'The day number 0 was poor!,down', 'the day number 1 was fine,down'];
  const info = await studio.importData('mine', [file('mine.csv', rows.join('\n'))]);
  expect(info).toMatchObject({ classes: ['down', 'up'], texts: { pairs: false }, seeded: true });
  expect(info.train + info.test).toBe(32);
  const { health } = await studio.checkData('mine', () => {});
  const pairs = [...health.leaks.pairs, ...health.duplicates.pairs, ...health.near.pairs];
  expect([pairs.filter(({ exact }) => exact).length, pairs.filter(({ exact }) => !exact).length, health.looked]).toEqual([1, 1, 32]);
  await expect(studio.plan(spec('lora', { model: 'vit-nano', data: 'mine', text: undefined }))).rejects.toThrow(/mine holds texts, and vit-nano looks at pictures/);
  await expect(studio.plan(spec('lora', { data: 'fashion-mnist' }))).rejects.toThrow(/holds pictures, and bert-nano reads texts/);
  const edited = await studio.editData('mine', { version: 1, disabled_classes: [], disabled: ['mine.csv#0'], relabelled: [['mine.csv#31', 'up']], split: { seed: 3, train: 0.5, val: 0.2, test: 0.3 } });
  expect([edited.train, edited.val, edited.test]).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
  expect(edited.train + edited.val + edited.test).toBe(31);
  expect(await studio.plan(spec('lora', { data: 'mine' }))).toMatchObject({ adapter_parameters: 8192 });
  const odd = await studio.importData('odd', [file('odd.csv', ['Kommentar;Bewertung;Datum', ...Array.from({ length: 12 }, (_, i) => `das war Nummer ${i} und recht lang;${i % 3 ? 'gut' : 'schlecht'};2026-11-${i + 10}`)].join('\n'))]);
  expect(odd).toMatchObject({ classes: ['gut', 'schlecht'], texts: { pairs: false } });
  const zip = zipSync({ 'reviews/train.csv': strToU8(rows.join('\n')), 'reviews/test.csv': strToU8(rows.slice(0, 9).join('\n')) });
  expect(await studio.importData('zipped', [{ path: 'zipped.zip', file: new File([zip as Uint8Array<ArrayBuffer>], 'zipped.zip') }])).toMatchObject({ classes: ['down', 'up'], train: 32, test: 8, texts: { pairs: false } });
  await expect(studio.importData('numbers', [file('n.csv', 'text,score\na b,0.5\nc d,1.5\ne f,2')])).rejects.toThrow(/numbers/);
});
