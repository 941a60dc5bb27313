import { readFile } from 'node:fs/promises';
import { DataError } from '../data/source';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Device } from '../engine/device';
import { messageOf } from '../errors/errors';
import type { TextTokenizer } from '../io/textTokenizer';
import { generating, textModel } from '../models/text';
import { searchBeams } from '../train/beams';
import { frozenDtypes } from '../train/config';
import { askedInChat } from '../train/chatTokens';
import { Generator, type Sampling } from '../train/generate';
import { generationOf, newTokens, settingsOf } from '../train/generation';
import { openModel, type LoadedModel } from '../train/openModel';
import type { FrozenDtype } from '../train/protocol';
import { chatTemplateOf } from '../train/textSet';
import { openAdapter, type OpenAdapter } from './adapter';
import { manyFrom, UsageError, wholeFrom, type Command, type Given } from './command';
import { modelTree } from './files';
import { withDevice } from './gpu';
import { askedFrom, endsOf, numberFrom, searchFlags } from './search';

export const command: Command = {
  help: 'generates text: greedily, by sampling, or by beam search',
  examples: ["--model llama-nano --prompt 'Once upon a time'"],
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model that generates text: a folder, or a hub id.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER ...', many: true, help: 'A saved adapter; several adapters generate separately, on one model in memory.' },
    { name: 'prompt', kind: 'text', help: 'The text to continue, for a model with a tokenizer.json.' },
    { name: 'chat', kind: 'boolean', default: false, help: "The prompt is a user's turn of a chat, which the tokenizer's chat template writes; the assistant's turn follows." },
    { name: 'ids', kind: 'text', value: 'FILE', help: 'Instead of --prompt, JSON: the tokens of a prompt, as numbers, or a list of several prompts.' },
    { name: 'temperature', kind: 'number', default: 0, min: 0, help: 'Sampling temperature; 0 always takes the likeliest token. When left out, as generation_config.json of the model says, as the two that follow.' },
    { name: 'top_k', kind: 'integer', default: 0, min: 0, help: 'Samples only from this many of the likeliest tokens; 0 means all.' },
    { name: 'top_p', kind: 'number', default: 1, min: 0, max: 1, help: 'Samples from the likeliest tokens whose probabilities together reach this value.' },
    { name: 'seed', kind: 'integer', default: 0, min: 0, help: 'Seed of what is drawn.' },
    ...searchFlags,
    { name: 'frozen_dtype', kind: 'choice', choices: [...frozenDtypes], default: 'f32', help: 'Storage of weights.' },
  ],
  async run(given, say) {
    const frozen = String(given.frozen_dtype ?? 'f32');
    if (!(frozenDtypes as readonly string[]).includes(frozen)) throw new UsageError(`--frozen-dtype is "${frozen}"; it must be one of ${frozenDtypes.join(', ')}`);
    const asked = {
      ...askedFrom(given),
      temperature: numberFrom(given, 'temperature', 0, Infinity),
      top_k: wholeFrom(given, 'top_k', 0, 1e9),
      top_p: numberFrom(given, 'top_p', 0, 1),
    };
    const seed = wholeFrom(given, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const model = await openModel(await modelTree(String(given.model)));
    textModel(model.net);
    const tokenizer = await model.texts?.();
    const { prompts, end } = await promptsOf(given, { ...model, id: String(given.model) }, tokenizer);
    const generation = await generationOf({ ...model, id: String(given.model) }, tokenizer);
    const settings = settingsOf(asked, generation);
    const roomFor = ({ length }: number[]) => newTokens(asked, generation, length, textModel(model.net).language.max_tokens);
    const net = textModel(textModel(model.net).with({ reads: generating, tokens: Math.max(...prompts.map((prompt) => prompt.length + roomFor(prompt))) }));
    const folders = manyFrom(given, 'adapter');
    const eos = endsOf(given, generation, end);
    const words = given.prompt === undefined ? undefined : tokenizer;
    const storage = { source: model.source, frozen_dtype: frozen as FrozenDtype };
    const opened: (Opened & { adapter: string })[] = [];
    for (const adapter of folders) opened.push({ adapter, ...(await openAdapter(model, net, { ...given, adapter }, say)) });
    const by = async (device: Device, { adapter = '', adapted, values }: Opened & { adapter?: string }, lender?: Generator) => {
      const generator = await Generator.open(device, { ...storage, adapted, values, rows: settings.num_beams }, { lender });
      try {
        const sequences: number[][] = [];
        for (const prompt of prompts) {
          const how = { ...settings, max_new_tokens: roomFor(prompt), eos };
          const tokens = how.num_beams > 1 ? ((await searchBeams(generator, prompt, how))[0]?.tokens ?? []) : await oneByOne(generator, prompt, { ...how, seed });
          say(`${lender ? `${adapter}: ` : ''}${words?.decode(tokens) ?? tokens.join(' ')}`);
          sequences.push(tokens);
        }
        return { sequences, ...(words && { texts: sequences.map((tokens) => words.decode(tokens)) }) };
      } finally {
        generator.destroy();
      }
    };
    return withDevice(async (device) => {
      if (opened.length < 2) return { prompts, ...(await by(device, opened[0] ?? { adapted: new Adapted(net, FROZEN), values: {} })) };
      const lender = await Generator.lending(device, { ...storage, net });
      try {
        const adapters = [];
        for (const one of opened) adapters.push({ adapter: one.adapter, ...(await by(device, one, lender)) });
        return { prompts, adapters };
      } finally {
        lender.destroy();
      }
    });
  },
};

/** What a model is opened with: an adapter, or nothing that changes it. */
type Opened = Pick<OpenAdapter, 'adapted' | 'values'>;

async function oneByOne(generator: Generator, prompt: number[], how: Sampling): Promise<number[]> {
  const tokens: number[] = [];
  for await (const token of generator.generate(prompt, how)) tokens.push(token);
  return tokens;
}

/** The prompts as tokens, and the token that ends the assistant's turn where they are chats. Throws UsageError or DataError. */
async function promptsOf(given: Given, model: LoadedModel, tokenizer: TextTokenizer | undefined): Promise<{ prompts: number[][]; end: number | null }> {
  if ((given.prompt === undefined) === (given.ids === undefined)) throw new UsageError('give either --prompt or --ids');
  if (given.chat && given.prompt === undefined) throw new UsageError('--chat goes with --prompt');
  if (given.ids !== undefined) return { prompts: await readPrompts(String(given.ids)), end: null };
  if (!tokenizer) throw new DataError(`${String(given.model)} has no tokenizer.json, by which texts are read; add it to the folder, or give --ids.`);
  const { ids, end } = given.chat ? askedInChat(tokenizer, await chatTemplateOf(model), String(given.prompt)) : { ids: tokenizer.encode(String(given.prompt)).ids, end: null };
  if (ids.length === 0) throw new DataError('The prompt holds no token.');
  return { prompts: [ids], end };
}

/** Prompts of a JSON file: a list of tokens, or several. Throws DataError. */
async function readPrompts(path: string): Promise<number[][]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new DataError(`${path} cannot be read as JSON: ${messageOf(error)}`);
  }
  const tokens = (list: unknown): list is number[] => Array.isArray(list) && list.length > 0 && list.every((id) => Number.isInteger(id));
  if (tokens(json)) return [json];
  if (Array.isArray(json) && json.length > 0 && json.every(tokens)) return json;
  throw new DataError(`${path} must hold a list of tokens, as whole numbers, or a list of such lists.`);
}
