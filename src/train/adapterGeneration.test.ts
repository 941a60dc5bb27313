import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { saveAdapter, type SavedFile } from '../adapters/files';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { memoryTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyJson } from '../testing/tiny';
import { chatTokenizer } from '../testing/tinyChats';
import { tinyDecoderFiles } from '../testing/tinyDecoders';
import { frozenDtypes, trainDefaults } from './config';
import { AdapterGeneration } from './adapterGeneration';
import { openModel, type LoadedModel } from './openModel';
import type { FrozenDtype, RunSpec } from './protocol';
import type { TryoutHost } from './tryout';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});
afterEach(() => vi.restoreAllMocks());

/** A small model of letters with so many positions, of which no text ends. */
const letters = (positions = 400, more: object = {}): Promise<LoadedModel> =>
  openModel(memoryTree('letters', { ...tinyDecoderFiles('Llama', { vocab_size: 280, max_position_embeddings: positions, eos_token_id: 279, ...more }), ...chatTokenizer() }));

const base: RunSpec = { id: 'base', name: 'the model', model: 'letters', data: 'gone', method: { method: 'frozen' }, train: trainDefaults };
const lora: RunSpec = { ...base, id: 'lora', name: 'LoRA', method: { method: 'lora', r: 2 } };

/** Files of an adapter that says something else than its model. */
async function filesOf(model: LoadedModel): Promise<SavedFile[]> {
  const adapted = new Adapted(model.net, lora.method);
  const random = randomNormal(3);
  const values = await adapted.initialise(0, (name) => model.source.readF32Checked(name));
  for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.3 * random()));
  return saveAdapter(adapted, values, { base: model });
}

const hosting = (model: LoadedModel): TryoutHost => ({ device: async () => device, data: async () => null, reading: () => Promise.reject(new Error('no data')), tried: async () => ({ model, data: null }) });

/** Prompts the adapters; returns what they say, and all that was heard on the way. */
async function ask(goOn: AdapterGeneration, model: LoadedModel, specs: RunSpec[], { prompt = 'up', ...how }: { prompt?: string; max_new_tokens?: number; num_beams?: number } = {}, { abort = new AbortController(), hear = () => {} }: { abort?: AbortController; hear?: (key: string, text: string) => void } = {}) {
  const heard: [string, string][] = [];
  const files = await filesOf(model);
  const onText = (key: string, text: string) => {
    heard.push([key, text]);
    hear(key, text);
  };
  const result = await goOn.run(specs, async (key) => (key === 'base' ? [] : files), { prompt, how: { max_new_tokens: 6, temperature: 0, seed: 0, ...how } }, { onText, signal: abort.signal });
  return { ...result, heard };
}

/** Ends the work when a machine begins its run of this number. */
function stopAtRun(number: number, abort: AbortController): { runs: number } {
  const counted = { runs: 0 };
  const { run } = Machine.prototype;
  vi.spyOn(Machine.prototype, 'run').mockImplementation(function (this: Machine, ...given) {
    if (++counted.runs === number) abort.abort();
    return run.apply(this, given);
  });
  return counted;
}

test('a stop while the model is loaded, a long prompt is read, or a text is said ends at once, is no error, and keeps what was said', async () => {
  const model = await letters();
  const goOn = new AdapterGeneration(hosting(model));
  const whole = await ask(goOn, model, [base, lora], { max_new_tokens: 12 });
  expect(whole).toMatchObject({ cancelled: false, texts: [{ key: 'base' }, { key: 'lora' }] });
  expect(defined(whole.texts[0]).text).not.toBe(defined(whole.texts[1]).text);
  goOn.free();
  expect(device.ledger).toEqual({});

  const loading = new AbortController();
  let pieces = 0;
  const source: TensorSource = Object.assign(Object.create(model.source) as TensorSource, {
    streamF32Checked: (...given: Parameters<TensorSource['streamF32Checked']>) => {
      if (++pieces === 3) loading.abort();
      return model.source.streamF32Checked(...given);
    },
  });
  const slow = new AdapterGeneration(hosting({ ...model, source }));
  expect(await ask(slow, model, [base, lora], {}, { abort: loading })).toMatchObject({ texts: [], cancelled: true, heard: [] });
  expect(pieces).toBe(3);
  expect(device.ledger).toEqual({});

  // Of the prompt's chunks no more than the first is read.
  const reading = new AbortController();
  const counted = stopAtRun(2, reading);
  expect(await ask(goOn, model, [base, lora], { prompt: 'up '.repeat(60) }, { abort: reading })).toMatchObject({ texts: [], cancelled: true, heard: [] });
  expect(counted.runs).toBe(2);
  vi.restoreAllMocks();

  const speaking = new AbortController();
  const stopped = await ask(goOn, model, [base, lora], { max_new_tokens: 12 }, { abort: speaking, hear: () => speaking.abort() });
  expect(stopped).toMatchObject({ cancelled: true, texts: [{ key: 'base' }] });
  expect([stopped.texts.length, defined(whole.texts[0]).text.startsWith(defined(stopped.texts[0]).text)]).toEqual([1, true]);
  expect(defined(stopped.texts[0]).text.length).toBeLessThan(defined(whole.texts[0]).text.length);

  // Beams are heard when they are found: nothing is there before.
  const searching = new AbortController();
  stopAtRun(4, searching);
  expect(await ask(goOn, model, [lora], { num_beams: 3, max_new_tokens: 12 }, { abort: searching })).toMatchObject({ texts: [], cancelled: true, heard: [] });
  vi.restoreAllMocks();

  const again = await ask(goOn, model, [base, lora], { max_new_tokens: 12 });
  expect(again.texts).toEqual(whole.texts);
  goOn.free();
  expect(device.ledger).toEqual({});
});

test('weights lie there as training had them, once for all that store them alike, and are loaded no more for a longer text', async () => {
  const model = await letters();
  const goOn = new AdapterGeneration(hosting(model));
  const stored = (spec: RunSpec, frozen_dtype: FrozenDtype): RunSpec => ({ ...spec, train: { ...trainDefaults, frozen_dtype } });
  const loaded = vi.spyOn(model.source, 'streamF32Checked');
  const weights: Record<string, number> = {};
  for (const dtype of frozenDtypes) {
    loaded.mockClear();
    const { memory, texts } = await ask(goOn, model, [stored(base, dtype), stored(lora, dtype)]);
    expect(texts.map(({ key }) => key)).toEqual(['base', 'lora']);
    expect(loaded.mock.calls.length, dtype).toBe(new Set(loaded.mock.calls.map(([name]) => name)).size);
    expect(memory.adapters.map(({ key }) => key)).toEqual(['base', 'lora']);
    weights[dtype] = memory.backbone.frozen!;
  }
  const [first, ...smaller] = ['f32', 'f16', 'q8', 'nf4'].map((dtype) => defined(weights[dtype]));
  smaller.reduce((before, bytes) => (expect(bytes).toBeLessThan(before), bytes), first!);

  // What is stored alike goes first, whatever stands between; and another room takes no other weights.
  loaded.mockClear();
  await ask(goOn, model, [stored(base, 'q8'), stored(lora, 'nf4'), stored({ ...lora, id: 'again' }, 'q8')]);
  const once = new Set(loaded.mock.calls.map(([name]) => name)).size;
  expect(loaded.mock.calls.length).toBeLessThanOrEqual(2 * once);
  loaded.mockClear();
  await ask(goOn, model, [stored(base, 'q8')], { prompt: 'up '.repeat(50), max_new_tokens: 4 });
  expect(loaded).not.toHaveBeenCalled();
  goOn.free();
  expect(device.ledger).toEqual({});
});

test('a context that does not fit the memory says what would', async () => {
  const model = await letters(4000);
  const small = await mustOpen(gpu());
  // Keys of 4,000 tokens take 512,000 bytes.
  small.report.limits.maxBufferSize = 300_000;
  const goOn = new AdapterGeneration({ ...hosting(model), device: async () => small });
  await expect(ask(goOn, model, [base], { max_new_tokens: 4000 })).rejects.toThrow(/^the model: (keys|values) of layer \d needs 512000 bytes in one buffer, this device allows 300000 \(planned: .*\)\. Choose a shorter text or fewer tokens to follow\.$/);
  await expect(ask(goOn, model, [lora], { max_new_tokens: 4000, num_beams: 2 })).rejects.toThrow(/Choose a shorter text or fewer tokens to follow or fewer beams\.$/);
  expect((await ask(goOn, model, [base], { max_new_tokens: 20 })).texts).toHaveLength(1);
  goOn.free();
  expect(small.ledger).toEqual({});
  small.destroy();
});

test('there is room for the prompt and what is asked for, whatever training was cut to; an answer that the positions end says so', async () => {
  const model = await letters(64);
  // As a run on short texts opens it.
  const goOn = new AdapterGeneration(hosting({ ...model, net: textModel(textModel(model.net).with({ tokens: 8 })) }));
  const whole = await ask(goOn, model, [base, lora], { prompt: 'up down up down', max_new_tokens: 30 });
  const [first] = whole.texts;
  expect([first!.text.length > 0, first!.note]).toEqual([true, undefined]);
  const all = await ask(goOn, model, [base], { prompt: 'up down up down', max_new_tokens: 2000 });
  expect(defined(all.texts[0]).text.startsWith(first!.text)).toBe(true);
  const { length } = (await model.texts!()).encode('up down up down').ids;
  expect(defined(all.texts[0]).note!).toBe(`It ends after ${64 - length} of 2000 tokens: letters has positions for 64, of which the beginning takes ${length}.`);
  expect(defined((await ask(goOn, model, [base], { prompt: 'up down up down', max_new_tokens: 64 - length })).texts[0]).note).toBeUndefined();
  await expect(ask(goOn, model, [base], { prompt: 'up '.repeat(40) })).rejects.toThrow(/^the model: The text has \d+ tokens, and there is room for 64; take a shorter one\.$/);
  goOn.free();
});

test('a text ends at the ends that generation_config.json lists, whatever the fields of the page say; the rest of the file is for those', async () => {
  const opened = (generation: object) => openModel(memoryTree('letters', { ...tinyDecoderFiles('Llama', { vocab_size: 280, max_position_embeddings: 400, eos_token_id: 279 }), ...chatTokenizer(), 'generation_config.json': tinyJson(generation) }));
  const say = async (model: LoadedModel, num_beams = 1) => {
    const goOn = new AdapterGeneration(hosting(model));
    const { texts } = await ask(goOn, model, [base], { max_new_tokens: 8, num_beams });
    goOn.free();
    return texts[0]?.text ?? '';
  };
  const whole = await say(await letters());
  // Every token that a text may hold ends it: one is all that it says.
  const ends = Array.from({ length: 280 }, (_, id) => id);
  const short = await say(await opened({ eos_token_id: ends, num_beams: 5, do_sample: true, max_new_tokens: 3 }));
  expect([whole.startsWith(short), short.length < whole.length]).toEqual([true, true]);
  expect((await say(await opened({ eos_token_id: ends }), 3)).length).toBeLessThan(whole.length);
  expect(await say(await opened({ do_sample: true, temperature: 9, max_new_tokens: 3, num_beams: 4 }))).toBe(whole);
});
