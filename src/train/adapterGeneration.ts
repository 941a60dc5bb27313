import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { SavedFile } from '../adapters/files';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { messageOf } from '../errors/errors';
import { readoutOf, textModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { searchBeams } from './beams';
import { askedInChat } from './chatTokens';
import { keptTrain } from './config';
import { Generator } from './generate';
import { generationOf } from './generation';
import type { LoadedModel } from './openModel';
import { openTrained } from './openTrained';
import type { FrozenDtype, GenerateSettings, GeneratedText, ResidentMemory, RunSpec } from './protocol';
import { chatTemplateOf, tokenizerOf } from './textSet';
import type { TryoutHost } from './tryout';
import { UnknownWords } from './unknownWords';

/** Milliseconds between two messages on what is being said. */
const EVENT_MS = 60;

interface GenerationListener {
  onText: (key: string, text: string) => void;
  signal: AbortSignal;
}

interface GenerationRequest {
  prompt: string;
  how: GenerateSettings;
}

/** Adapters that go on with texts, on a model whose weights lie on the GPU once: it stays there until it is freed, another is asked, or the device is lost. */
export class AdapterGeneration {
  private resident: { device: Device; source: LoadedModel['source']; frozen_dtype: FrozenDtype; lender: Generator } | null = null;

  constructor(private readonly host: TryoutHost) {}

  /** Goes on with a text by each adapter in its turn. What was said when it was stopped stays. One call at a time. Throws DataError, by the adapter's name. */
  async run(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, asked: GenerationRequest, listener: GenerationListener): Promise<{ texts: GeneratedText[]; cancelled: boolean; memory: ResidentMemory; unknown: string[] }> {
    if (adapters.length === 0) throw new DataError('Tick at least one adapter.');
    if (asked.prompt.trim() === '') throw new DataError('Type a sentence first.');
    const device = await this.host.device();
    const texts: GeneratedText[] = [];
    const memory: ResidentMemory = { backbone: {}, adapters: [] };
    // Those whose weights are stored alike follow one another: the model is loaded once for each storage.
    for (const spec of [...adapters].sort((a, b) => storageOf(a).localeCompare(storageOf(b)))) {
      if (listener.signal.aborted) break;
      try {
        const text = await this.by(device, spec, await files(spec.id), asked, listener, memory);
        if (text) texts.push(text);
      } catch (error) {
        if (listener.signal.aborted) break;
        throw new DataError(`${spec.name}: ${messageOf(error)}`);
      }
    }
    const { model } = await this.host.tried(defined(adapters[0]));
    return { texts, cancelled: listener.signal.aborted, memory, unknown: new UnknownWords(await tokenizerOf(model)).in(asked.prompt) };
  }

  /** Gives the model's memory back. */
  free(): void {
    this.resident?.lender.destroy();
    this.resident = null;
  }

  /** Text of one adapter; null if it was stopped before the first token. There is room for the prompt and what was asked for, as far as the model has positions. */
  private async by(device: Device, spec: RunSpec, files: SavedFile[], { prompt, how }: GenerationRequest, { onText, signal }: GenerationListener, memory: ResidentMemory): Promise<GeneratedText | null> {
    const { model, data } = await this.host.tried(spec);
    const net = textModel(model.net);
    const { max_tokens } = net.language;
    if (!readoutOf(net.language).generates) throw new DataError(`${model.id} tells what texts are; it does not go on with them.`);
    const tokenizer = await tokenizerOf(model);
    // What else generation_config.json says is a field of the page.
    const { ends } = await generationOf(model, tokenizer);
    // As training read it: what is typed is a user's turn where chats were learned.
    const turn = spec.text?.chat ? askedInChat(tokenizer, await chatTemplateOf(model), prompt) : { ids: tokenizer.encode(prompt).ids, end: null };
    const { length } = turn.ids;
    if (length >= max_tokens) throw new DataError(`The text has ${length} tokens, and there is room for ${max_tokens}; take a shorter one.`);
    const max_new_tokens = Math.min(how.max_new_tokens, max_tokens - length);
    const form = textModel(net.with({ tokens: length + max_new_tokens }));
    const { adapted, values } = files.length === 0 ? { adapted: new Adapted(form, FROZEN), values: {} } : await openTrained(device, { spec, files, model: { ...model, net: form }, data }, { signal });
    const rows = how.num_beams ?? 1;
    const frozen_dtype = storageOf(spec);
    const lender = await this.lend(device, { source: model.source, net, frozen_dtype }, signal);
    memory.backbone = lender.bytes;
    const generator = await Generator.open(device, { adapted, source: model.source, values, frozen_dtype, rows }, { lender, signal });
    try {
      memory.adapters.push({ key: spec.id, bytes: generator.bytes });
      const eos = [...ends, ...(turn.end === null ? [] : [turn.end])];
      const saying = rows > 1 ? byBeams(generator, turn.ids, { max_new_tokens, num_beams: rows, eos, signal }) : generator.generate(turn.ids, { ...how, max_new_tokens, eos, signal });
      const tokens: number[] = [];
      let heard = 0;
      let text = '';
      for await (const token of untilStopped(saying, signal)) {
        tokens.push(token);
        text = tokenizer.decode(tokens);
        if (performance.now() - heard < EVENT_MS) continue;
        heard = performance.now();
        onText(spec.id, text);
      }
      if (tokens.length === 0) return null;
      onText(spec.id, text);
      const cut = tokens.length < how.max_new_tokens && tokens.length === max_new_tokens && !eos.includes(tokens.at(-1)!);
      return { key: spec.id, text, ...(cut && { note: `It ends after ${max_new_tokens} of ${how.max_new_tokens} tokens: ${model.id} has positions for ${max_tokens}, of which the beginning takes ${length}.` }) };
    } finally {
      generator.destroy();
    }
  }

  /** The weights of a model, which those before it make way for. */
  private async lend(device: Device, { source, net, frozen_dtype }: { source: LoadedModel['source']; net: TextModel; frozen_dtype: FrozenDtype }, signal: AbortSignal): Promise<Generator> {
    const { resident } = this;
    if (resident && resident.source === source && resident.device === device && resident.frozen_dtype === frozen_dtype && device.lost === null) return resident.lender;
    this.free();
    this.resident = { device, source, frozen_dtype, lender: await Generator.lending(device, { net, source, frozen_dtype }, signal) };
    return this.resident.lender;
  }
}

/** Storage of weights on the GPU: as training had them, since there may be no memory for more. */
const storageOf = ({ train }: RunSpec): FrozenDtype => keptTrain(train).frozen_dtype;

/** The tokens of the likeliest text, which come at once, when it is found. */
async function* byBeams(generator: Generator, prompt: number[], how: Parameters<typeof searchBeams>[2]): AsyncGenerator<number> {
  yield* defined((await searchBeams(generator, prompt, how))[0]).tokens;
}

/** Tokens as they come: where it is stopped, those until then. */
async function* untilStopped(tokens: AsyncGenerator<number>, signal: AbortSignal): AsyncGenerator<number> {
  try {
    for await (const token of tokens) {
      yield token;
      if (signal.aborted) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
