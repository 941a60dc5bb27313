import { readFile } from 'node:fs/promises';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import { gpu } from '../testing/device';
import { readGguf } from '../testing/ggufReader';
import { chatMl, chatModelFiles } from '../testing/tinyChats';
import { trainDefaults } from '../train/config';
import type { RunEvent, RunSpec, TrainConfig } from '../train/protocol';
import type { StudioWorker } from './protocol';
import { openStudio } from './studio';

const base = 'http://page/';
/** The page's own server: what lies in public/. */
const fetched = vi.fn(async (url: string) => new Response(await readFile(url.replace(base, `${import.meta.dirname}/../../public/`))));
let studio: StudioWorker;
const names = () => fetched.mock.calls.map(([url]) => url.replace(base, ''));
const file = (path: string, text: string) => ({ path, file: new File([text], path) });
const train: TrainConfig = { ...trainDefaults, steps: 30, batch: 16, lr: 0.005, head_lr: 0.01, warmup_steps: 3, test_limit: 100, val_fraction: 0.1, eval_every: 10, checkpoint_every: 0, snapshots: 2 };
const spec = (method = 'lora', change: Partial<RunSpec> = {}): RunSpec => ({ id: method, name: method, model: 'bert-nano', data: 'village-moods', text: { task: 'sequence-classification' }, method: { method, target_modules: ['query', 'value'] }, train, ...change });

const fullSpec = spec('full', { method: { method: 'full' } });

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  fetched.mockClear();
  studio = openStudio(gpu(), base, true);
});

async function trained(one: RunSpec): Promise<{ events: RunEvent[]; files: { path: string; bytes: Uint8Array }[]; snapshots: { step: number; bytes: Uint8Array }[] }> {
  const events: RunEvent[] = [];
  await studio.run(one, null, (event) => events.push(event));
  return { events, files: events.flatMap((event) => (event.type === 'adapter' ? event.files : [])), snapshots: events.flatMap((event) => (event.type === 'snapshot' ? [{ step: event.step, bytes: event.bytes }] : [])) };
}

test('models and sets of texts are told apart from those of pictures, and no weights are fetched for it', async () => {
  const [models, sets] = [await studio.models('texts'), await studio.datasets('texts')];
  expect(models.map(({ id, language }) => [id, language])).toEqual([['bert-nano', { max_tokens: 64, reads: ['text', 'tokens'], onnx: true, gguf: false }], ['llama-nano', { max_tokens: 128, reads: ['text', 'next'], onnx: false, gguf: true }]]);
  expect(sets).toMatchObject([
    { id: 'village-moods', classes: ['bad', 'good', 'plain'], texts: { reading: { reads: 'text', columns: { text: 'text', label: 'label' } }, labels: 'classes', table: { columns: ['text', 'label'] } }, warnings: [] },
    { id: 'village-tags', classes: ['O', 'PERSON', 'PLACE', 'THING'], all_classes: [], train_per_class: [], texts: { reading: { reads: 'tokens', columns: { text: 'tokens', label: 'tags' } }, labels: 'words' }, warnings: [] },
    { id: 'village-alike', classes: ['score'], all_classes: [], texts: { reading: { reads: 'text', columns: { text: 'sentence1', pair: 'sentence2', label: 'score' } }, labels: 'numbers' }, warnings: [] },
    { id: 'village-stories', classes: [], train: 3000, texts: { reading: { reads: 'next' }, labels: null, table: null }, warnings: [] },
    { id: 'village-questions', classes: [], test: 300, texts: { reading: { reads: 'next', prompt: '{passage} {question}', answer: ' {answer}' }, labels: null, table: { columns: ['passage', 'question', 'answer'] } }, warnings: [] },
    { id: 'village-choices', classes: [], test: 300, texts: { reading: { reads: 'next', prompt: '{beginning}', answer: ' {choice}' }, labels: null, table: { columns: ['beginning', 'ending0', 'ending1', 'ending2', 'label'] } }, warnings: [] },
  ]);
  expect((await studio.models('pictures')).map(({ id }) => id)).toEqual(['deit-tiny-patch16-224', 'vit-nano', 'clip-nano']);
  expect((await studio.datasets('pictures')).map(({ id }) => id)).toEqual(['sign-digits', 'fashion-mnist']);
  const plan = await studio.plan(spec());
  const rows = await studio.budget('bert-nano', ['query', 'value'], ['bad', 'good', 'plain'], 2000, train, 0, ['lora', 'vera'], spec());
  expect(plan).toMatchObject({ adapter_parameters: 8192, head_parameters: 387, steps: 30 });
  expect(rows.map(({ method, parameters }) => [method, parameters])).toEqual([['lora', 2048], ['vera', expect.any(Number)]]);
  expect(names().filter((name) => name.endsWith('.safetensors'))).toEqual([]);
  const lengths = await studio.lengths(spec());
  expect(lengths).toMatchObject({ texts: 1000, most: 64, cut: 0, lost: 0 });
  expect(lengths.counts.reduce((a, b) => a + b, 0)).toBe(1000);
  expect([defined(defined(lengths.samples[0])[0]).part, defined(lengths.samples[0]).at(-1)!.part, defined(defined(lengths.samples[0])[1]).part]).toEqual(['special', 'special', 'text']);
  const short = await studio.lengths({ model: 'llama-nano', data: 'village-questions', text: { task: 'causal-lm', prompt: '{passage} {question}', answer: ' {answer}', max_length: 23 } });
  expect(short.cut).toBeGreaterThan(0);
  expect(defined(short.samples[1]).map(({ part }) => part).filter((part, at, all) => part !== all[at - 1])).toEqual(expect.arrayContaining(['text']));
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

  // As ONNX it is checked on test texts, or on tokens by a formula where they are not open any more.
  const onnx = await studio.exportRun(spec(), lora.files, { format: 'onnx' }, () => {});
  expect(onnx).toMatchObject({ name: 'lora-lora-onnx.zip', note: '', verdict: { ok: true, images: 8, top1: 1 } });
  expect(Object.keys(unzipSync(new Uint8Array(await onnx.file.arrayBuffer())))).toEqual(['onnx/model.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'].map((path) => `lora-lora-onnx/${path}`));
  expect(await studio.exportRun(spec('full', { data: 'gone', method: { method: 'full' } }), full.files, { format: 'onnx', dtype: 'f16' }, () => {})).toMatchObject({ verdict: { ok: true, images: 4 }, note: 'The data of this run is not open, so the check used tokens made by a formula instead of test texts.' });

  const opened = await studio.tryImages({ texts: ['the lamp was splendid', '', 'the cake is dull and poor and the bread that gus lost in the harbour was terrible too , said fay'].map((first) => ({ first, second: null })) });
  expect(opened).toMatchObject({ texts: [{ first: 'the lamp was splendid', second: null }, {}], truths: null });
  const bases: RunSpec = { ...spec(), id: 'base', method: { method: 'frozen' } };
  const { predictions, unknown } = await studio.tryAdapters([bases, spec()], async (key) => (key === 'base' ? [] : lora.files), () => {});
  expect(unknown).toEqual([[], ['terrible']]);
  // Without a head it says nothing.
  expect(defined(predictions[0]).rows.map(({ top }) => top)).toEqual([[], []]);
  const [good, bad] = defined(predictions[1]).rows;
  expect(good!.top.map(({ label }) => label).sort()).toEqual(['bad', 'good', 'plain']);
  expect(good!.top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(bad!.name).toContain('the cake is dull');
  const { truths, texts } = await studio.tryImages({ data: 'village-moods', limit: 20 });
  expect([truths!.length, texts!.length]).toEqual([20, 20]);
  await expect(studio.tryLook([spec()], async () => lora.files, 0, false, () => {})).rejects.toThrow(/is a text/);
  await expect(studio.exportRun(spec(), lora.files, { format: 'gguf' }, () => {})).rejects.toThrow(/GGUF is for models that go on with texts/);

  const files = async (key: string) => ({ files: defined({ lora, full, randlora }[key]).files, snapshots: defined({ lora, full, randlora }[key]).snapshots });
  const runs = [spec(), fullSpec, spec('randlora', { method: { method: 'randlora', r: 4, target_modules: ['query', 'value'] } })];
  const plane = await studio.landscape(runs, { grid: 5, x: [-1, 2], y: [-1, 2], images: 32, splits: ['train', 'val'], line: 0, seed: 0 }, files, () => {});
  expect(plane.sets.map(({ loss }) => loss.every(Number.isFinite))).toEqual([true, true]);
  const inside = await studio.inside(runs, { images: 32, seed: 0 }, files, () => {});
  expect(inside.outputs).toEqual([0, 1].flatMap((block) => [{ block, part: 'attention' }, { block, part: 'mlp' }]));
  expect(defined(inside.cka[0]).every((cka) => cka > 0.1 && cka <= 1)).toBe(true);
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

  expect((await studio.exportRun(one, files, { format: 'onnx' }, () => {})).verdict).toMatchObject({ ok: true, top1: 1 });
  const exported = await studio.exportRun(one, files, { format: 'gguf', gguf: 'q8_0' }, () => {});
  expect(exported).toMatchObject({ name: 'lora-lora-q8_0.gguf', note: '' });
  const { metadata, tensors } = await readGguf([new Uint8Array(await exported.file.arrayBuffer())]);
  expect(metadata).toMatchObject({ 'general.architecture': 'llama', 'general.name': 'llama-nano with LoRA', 'tokenizer.ggml.bos_token_id': 0, 'tokenizer.ggml.eos_token_id': 1 });
  expect(tensors.get('token_embd.weight')).toEqual({ type: 8, shape: [531, 128] });

  const prompt = 'carl took the kite to the school . gus took the cup to the forest . what did carl take ?';
  const heard: [string, string][] = [];
  const base = { ...one, id: 'base', method: { method: 'frozen' } };
  const ask = (how: Partial<Parameters<StudioWorker['tryGenerate']>[3]> = {}) => studio.tryGenerate([base, one], async (key) => (key === 'base' ? [] : files), prompt, { max_new_tokens: 6, temperature: 0, seed: 0, ...how }, (key, answer) => heard.push([key, answer]));
  const answer = await ask();
  expect([answer.cancelled, answer.unknown]).toEqual([false, []]);
  // The model lies there once: what an adapter adds is its own, and what it remembers of the text.
  expect(answer.memory.backbone.frozen).toBeGreaterThan(1e6);
  expect(answer.memory.adapters).toMatchObject([{ key: 'base' }, { key: 'lora', bytes: { state: expect.any(Number) as number } }]);
  expect(defined(answer.memory.adapters[1]).bytes.frozen ?? 0).toBeLessThan(answer.memory.backbone.frozen! / 10);
  const beams = await ask({ num_beams: 3 });
  expect(defined(beams.texts[1]).text.trim()).not.toBe('');
  expect(await ask({ num_beams: 3 })).toEqual(beams);
  expect(answer.texts.map(({ key }) => key)).toEqual(['base', 'lora']);
  expect(heard.findLast(([key]) => key === 'lora')![1]).toBe(defined(answer.texts[1]).text);
  expect(await ask()).toEqual(answer);
  expect(await ask({ temperature: 3, seed: 1 })).toEqual(await ask({ temperature: 3, seed: 1 }));
  expect(await ask({ temperature: 3, seed: 1 })).not.toEqual(await ask({ temperature: 3, seed: 2 }));
  expect((await ask({ temperature: 3, seed: 1, top_k: 1 })).texts).toEqual(answer.texts);
  const stopped = await studio.tryGenerate([base, one], async (key) => (key === 'base' ? [] : files), prompt, { max_new_tokens: 60, temperature: 0, seed: 0 }, () => studio.cancelTry());
  expect(stopped).toMatchObject({ cancelled: true, texts: [{ key: 'base' }] });
  expect((await studio.tryGenerate([base], async () => [], 'Machine learning is GREAT', { max_new_tokens: 1, temperature: 0, seed: 0 }, () => {})).unknown).toEqual(['Machine', 'learning', 'GREAT']);
  const unheard = (key: string) => {
    studio.cancelTry();
    return Promise.resolve(key === 'base' ? [] : files);
  };
  expect(await studio.tryGenerate([one], unheard, prompt, { max_new_tokens: 60, temperature: 0, seed: 0 }, () => {})).toMatchObject({ cancelled: true, texts: [] });
  await expect(studio.tryGenerate([one], async () => files, ' ', { max_new_tokens: 2, temperature: 0, seed: 0 }, () => {})).rejects.toThrow(/Type a sentence/);
  await expect(studio.plan({ ...one, model: 'bert-nano' })).rejects.toThrow();
  await expect(studio.plan({ ...one, data: 'village-moods' })).rejects.toThrow(/has no column "passage"; it has text, label/);
  const plain = await studio.importData('lines', [file('lines.txt', 'one fine day .\n\nanother day .\na third day .\na fourth day .\nthe fifth day .\nthe last day .')]);
  expect(plain).toMatchObject({ classes: [], texts: { reading: { reads: 'next' }, table: null }, warnings: ['1 empty row left out.'] });
  expect(await studio.importData('asked', [file('asked.csv', ['instruction,response', ...Array.from({ length: 8 }, (_, i) => `say ${i},${i}`)].join('\n'))])).toMatchObject({ texts: { reading: { reads: 'next', prompt: '{instruction}', answer: ' {response}' } } });
  const left = await studio.editData('lines', { version: 1, disabled_classes: [], disabled: ['lines.txt#0'], relabelled: [], split: null });
  expect(left.train + left.test).toBe(5);
});

test('a table of texts opens as texts, is looked over, and what does not belong together says so', async () => {
  const rows = ['review,verdict', ...Array.from({ length: 30 }, (_, i) => `the day number ${i} was ${i % 2 ? 'fine' : 'poor'},${i % 2 ? 'up' : 'down'}`), 'The day number 0 was poor!,down', 'the day number 1 was fine,down'];
  const info = await studio.importData('mine', [file('mine.csv', rows.join('\n'))]);
  expect(info).toMatchObject({ classes: ['down', 'up'], texts: { reading: { columns: { text: 'review', label: 'verdict' } } }, seeded: true });
  expect(info.train + info.test).toBe(32);
  const { health } = await studio.checkData('mine', () => {});
  const pairs = [...health.leaks.pairs, ...health.nearLeaks.pairs, ...health.duplicates.pairs, ...health.near.pairs];
  expect([pairs.filter(({ exact }) => exact).length, pairs.filter(({ exact }) => !exact).length, health.looked]).toEqual([1, 1, 32]);
  // How many words the model does not know, and the most frequent.
  const foreign = await studio.importData('foreign', [file('foreign.csv', ['text,label', ...Array.from({ length: 12 }, (_, i) => `the xylophonist qwrtzpk,${i % 2 ? 'up' : 'down'}`)].join('\n'))]);
  const { words } = await studio.lengths({ model: 'bert-nano', data: foreign.id });
  expect([words.all, words.unknown % 12, words.most[0]]).toEqual([36, 0, expect.stringMatching(/^(xylophonist|qwrtzpk)$/)]);
  await expect(studio.plan(spec('lora', { model: 'vit-nano', data: 'mine', text: undefined }))).rejects.toThrow(/mine holds texts, and vit-nano looks at pictures/);
  await expect(studio.plan(spec('lora', { data: 'fashion-mnist' }))).rejects.toThrow(/holds pictures, and bert-nano reads texts/);
  const edited = await studio.editData('mine', { version: 1, disabled_classes: [], disabled: ['mine.csv#0'], relabelled: [['mine.csv#31', 'up']], split: { seed: 3, train: 0.5, val: 0.2, test: 0.3 } });
  expect([edited.train, edited.val, edited.test]).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
  expect(edited.train + edited.val + edited.test).toBe(31);
  expect(await studio.plan(spec('lora', { data: 'mine' }))).toMatchObject({ adapter_parameters: 8192 });
  const odd = await studio.importData('odd', [file('odd.csv', ['Kommentar;Bewertung;Datum', ...Array.from({ length: 12 }, (_, i) => `das war Nummer ${i} und recht lang;${i % 3 ? 'gut' : 'schlecht'};2026-11-${i + 10}`)].join('\n'))]);
  expect(odd).toMatchObject({ classes: ['gut', 'schlecht'], texts: { reading: { columns: { text: 'Kommentar', label: 'Bewertung' } } } });
  const zip = zipSync({ 'reviews/train.csv': strToU8(rows.join('\n')), 'reviews/test.csv': strToU8(rows.slice(0, 9).join('\n')) });
  expect(await studio.importData('zipped', [{ path: 'zipped.zip', file: new File([zip], 'zipped.zip') }])).toMatchObject({ classes: ['down', 'up'], train: 32, test: 8, texts: { labels: 'classes' } });
});

test('numbers are told by what correlates, and what is typed has one', async () => {
  const text = { task: 'sequence-classification' };
  const one = spec('lora', { data: 'village-alike', text, train: { ...train, steps: 12, lr: 0.002, test_limit: 40 } });
  expect(await studio.plan(one)).toMatchObject({ head_parameters: 129 });
  const { events, files } = await trained(one);
  const finished = events.at(-1);
  const final = finished?.type === 'finished' ? finished.summary.final! : null;
  expect(final).toMatchObject({ count: 40, confusion: [], scores: { pearson: expect.any(Number), spearman: expect.any(Number) } });
  const { truths } = await studio.tryImages({ data: 'village-alike', limit: 4, text });
  expect(truths!.every((truth) => Number.isFinite(Number(truth)))).toBe(true);
  const { predictions } = await studio.tryAdapters([one], async () => files, () => {});
  expect(defined(predictions[0]).rows.map(({ top, number }) => [top.length, Number.isFinite(number)])).toEqual(Array(4).fill([0, true]));
});

test('words are told one by one, of test texts and of what is typed', async () => {
  const text = { task: 'token-classification' };
  const one = spec('lora', { data: 'village-tags', text, train: { ...train, steps: 40, lr: 0.01, head_lr: 0.05, test_limit: 40 } });
  const { events, files } = await trained(one);
  const finished = events.at(-1);
  const final = finished?.type === 'finished' ? finished.summary.final! : null;
  expect(final!.accuracy).toBeGreaterThan(0.6);
  expect(final!.confusion.flat().reduce((a, b) => a + b, 0)).toBeGreaterThan(40);
  expect((await studio.tryImages({ data: 'village-tags', limit: 4, text })).truths).toBeNull();
  await studio.tryImages({ texts: [{ first: 'fay took the red boat, said robin.', second: null }] });
  const { predictions } = await studio.tryAdapters([one], async () => files, () => {});
  expect(defined(defined(predictions[0]).rows[0]).words!.map(({ word }) => word)).toEqual(['fay', 'took', 'the', 'red', 'boat', ',', 'said', 'robin', '.']);
  expect(defined(defined(predictions[0]).rows[0]).words!.every(({ label, probability }) => ['O', 'PERSON', 'PLACE', 'THING'].includes(label) && probability > 0.25)).toBe(true);
});

test('a table is read as a person says: other columns, another task, a prompt and its answer; a run reads it as it was set up', async () => {
  const csv = ['id,subject,body,label,rating', ...Array.from({ length: 40 }, (_, i) => `${i},about ${i},the body of ${i} is ${i % 2 ? 'fine' : 'poor'},${i % 2 ? 'up' : 'down'},${i % 5}.5`)].join('\n');
  const found = await studio.importData('mail', [file('mail.csv', csv)]);
  expect(found).toMatchObject({ classes: ['down', 'up'], texts: { reading: { reads: 'text', columns: { text: 'body', label: 'label' } }, table: { columns: ['id', 'subject', 'body', 'label', 'rating'], rows: [['0', 'about 0', 'the body of 0 is poor', 'down', '0.5'], expect.anything(), expect.anything()] } } });
  const edits = (read: object) => ({ version: 1 as const, disabled_classes: [], disabled: [], relabelled: [], split: null, read });
  const columns = { text: 'subject', pair: 'body', label: 'rating' };
  expect(await studio.editData('mail', edits({ reads: 'text', columns }))).toMatchObject({ classes: ['rating'], all_classes: [], texts: { reading: { columns }, labels: 'numbers' } });
  expect((await studio.samples('mail', 1))[0]).toMatchObject({ first: expect.stringMatching(/^about/), second: expect.stringMatching(/^the body/) });
  await expect(studio.editData('mail', edits({ reads: 'text', columns: { text: 'title' } }))).rejects.toThrow(/has no column "title"; it has id, subject/);
  const prompted = { reads: 'next', prompt: '{subject} :', answer: ' {body}' };
  expect(await studio.editData('mail', edits(prompted))).toMatchObject({ classes: [], texts: { reading: prompted, labels: null } });
  // However it is read now, a run has its own reading.
  const run = spec('lora', { data: 'mail', text: { task: 'sequence-classification', columns } });
  expect(await studio.plan(run)).toMatchObject({ head_parameters: 129 });
  expect(await studio.plan({ ...run, text: { task: 'sequence-classification' } })).toMatchObject({ head_parameters: 258 });
  expect(await studio.plan({ ...run, model: 'llama-nano', method: { method: 'lora' }, text: { task: 'causal-lm', prompt: '{subject} :', answer: ' {body}' } })).toMatchObject({ head_parameters: 0 });
  expect(await studio.editData('mail', edits({ reads: 'next', columns: { text: 'body' } }))).toMatchObject({ texts: { reading: { reads: 'next', columns: { text: 'body' } } } });
  expect(await studio.editData('mail', { ...edits({}), read: undefined })).toEqual(found);
  // What says nothing of its classes opens all the same.
  const notes = ['nr,note', ...Array.from({ length: 12 }, (_, i) => `${i},a note of the day ${i} that is long`)].join('\n');
  expect(await studio.importData('notes', [file('notes.csv', notes)])).toMatchObject({ texts: { reading: { reads: 'next', columns: { text: 'note' } } } });
  const tagged = Array.from({ length: 12 }, (_, i) => JSON.stringify({ tokens: ['ann', 'sees', `thing${i}`], ner_tags: ['PER', 'O', 'O'] })).join('\n');
  expect(await studio.importData('ner', [file('ner.jsonl', tagged)])).toMatchObject({ classes: ['O', 'PER'], texts: { labels: 'words' } });
});

test('chats are read by the template of their model: what counts is shown, and a run that learned them takes a sentence as a turn', async () => {
  const bytes = (path: string, data: Uint8Array) => ({ path, file: new File([data as Uint8Array<ArrayBuffer>], path) });
  const model = (files: Record<string, Uint8Array>) => Object.entries(files).map(([path, data]) => bytes(path, data));
  await studio.importModel('chatty', model(chatModelFiles(chatMl)));
  await studio.importModel('silent', model(chatModelFiles()));
  const talk = (i: number) => [{ from: 'human', value: i % 2 ? 'up' : 'down' }, { from: 'gpt', value: i % 2 ? 'down' : 'up' }];
  const info = await studio.importData('talks', [file('talks.json', JSON.stringify([...Array.from({ length: 40 }, (_, i) => ({ conversations: talk(i) })), { conversations: talk(0).slice(0, 1) }]))]);
  expect(info).toMatchObject({ train: 32, test: 8, texts: { reading: { reads: 'next', columns: { text: 'conversations' }, chat: true } }, warnings: expect.arrayContaining(['1 chat without a turn of the assistant left out.']) as unknown });
  expect((await studio.samples('talks', 1))[0]).toMatchObject({ first: expect.stringMatching(/^(up|down)$/) as string, second: expect.stringMatching(/^(up|down)$/) as string });
  const text = { task: 'causal-lm', chat: true };
  const { samples } = await studio.lengths({ model: 'chatty', data: 'talks', text });
  const shown = (part: string) => defined(samples[0]).filter((one) => one.part === part).map((one) => one.text).join('');
  expect([shown('text'), shown('counts')]).toEqual([expect.stringMatching(/^<\|im_start\|>user\n(up|down)<\|im_end\|>\n<\|im_start\|>assistant\n$/), expect.stringMatching(/^(up|down)<\|im_end\|>\n$/)]);
  await expect(studio.lengths({ model: 'silent', data: 'talks', text })).rejects.toThrow(/^silent has no chat template/);
  await expect(studio.plan(spec('lora', { model: 'llama-nano', data: 'talks', text }))).rejects.toThrow(/^llama-nano has no chat template/);

  const one = spec('full', { model: 'chatty', data: 'talks', text, method: { method: 'full' }, train: { ...train, steps: 60, batch: 8, lr: 0.01, val_fraction: 0, eval_every: 0 } });
  const { files } = await trained(one);
  const ask = async (how: RunSpec) => defined((await studio.tryGenerate([how], async () => files, 'up', { max_new_tokens: 8, temperature: 0, seed: 0 }, () => {})).texts[0]).text;
  expect(await ask(one)).toBe('down');
  // What is typed is the beginning of a text for a run that has not learned chats.
  expect(await ask({ ...one, text: { task: 'causal-lm' } })).not.toBe('down');
});
