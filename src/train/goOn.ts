import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { SavedFile } from '../adapters/files';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { textModel } from '../models/text';
import { reasonOf, said } from '../said/said';
import { searchBeams } from './beams';
import { askedInChat } from './chatTokens';
import { Generator } from './generate';
import type { LoadedModel } from './openModel';
import { openTrained } from './openTrained';
import type { GoingOn, ResidentMemory, RunSpec, StudioWorker } from './protocol';
import { chatTemplateOf, tokenizerOf } from './textSet';
import type { TryoutHost } from './tryout';

/** Milliseconds between two messages on what is being said. */
const EVENT_MS = 60;

interface Ear {
  onText: (key: string, text: string) => void;
  signal: AbortSignal;
}

interface Asked {
  prompt: string;
  how: GoingOn;
}

/** Adapters that go on with texts, on a model whose weights lie on the GPU once: it stays there until it is freed, another is asked, or the device is lost. */
export class GoOn {
  private resident: { device: Device; source: LoadedModel['source']; base: Generator } | null = null;

  constructor(private readonly host: TryoutHost) {}

  /** Goes on with a text by each adapter in its turn. What was said when it was stopped stays. One call at a time. Throws DataError, by the adapter's name. */
  async run(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, asked: Asked, ear: Ear): ReturnType<StudioWorker['tryGoingOn']> {
    if (adapters.length === 0) throw new DataError(said`Tick at least one adapter.`);
    if (asked.prompt.trim() === '') throw new DataError(said`Type a sentence first.`);
    const device = await this.host.device();
    const texts: { key: string; text: string }[] = [];
    const memory: ResidentMemory = { backbone: {}, adapters: [] };
    for (const spec of adapters) {
      if (ear.signal.aborted) break;
      try {
        const text = await this.by(device, spec, await files(spec.id), asked, ear, memory);
        if (text !== null) texts.push({ key: spec.id, text });
      } catch (error) {
        if (ear.signal.aborted) break;
        throw new DataError(said`${spec.name}: ${reasonOf(error)}`);
      }
    }
    return { texts, cancelled: ear.signal.aborted, memory };
  }

  /** Gives the model's memory back. */
  free(): void {
    this.resident?.base.destroy();
    this.resident = null;
  }

  /** What one says; null where it was stopped before the first token. */
  private async by(device: Device, spec: RunSpec, files: SavedFile[], { prompt, how }: Asked, ear: Ear, memory: ResidentMemory): Promise<string | null> {
    const { model, data } = await this.host.tried(spec);
    const form = textModel(model.net);
    if (form.language.reads !== 'next') throw new DataError(said`${model.id} tells what texts are; it does not go on with them.`);
    const tokenizer = await tokenizerOf(model);
    const rows = how.num_beams ?? 1;
    const plain = { adapted: new Adapted(form, FROZEN), source: model.source, values: {} };
    const { adapted, values } = files.length === 0 ? plain : await openTrained(device, { spec, files, model, data }, { signal: ear.signal });
    // As training read it: what is typed is a user's turn where chats were learned.
    const turn = spec.text?.chat ? askedInChat(tokenizer, await chatTemplateOf(model), prompt) : { ids: tokenizer.encode(prompt).ids, end: null };
    const eos = [model.config.eos_token_id ?? tokenizer.eos, turn.end].flat().filter((id): id is number => typeof id === 'number');
    if (this.resident && (this.resident.source !== model.source || this.resident.device !== device || device.lost !== null || this.resident.base.room !== form.language.tokens)) this.free();
    const { base } = (this.resident ??= { device, source: model.source, base: await Generator.open(device, plain, { signal: ear.signal }) });
    memory.backbone = base.bytes;
    const own = files.length > 0 || rows > 1;
    const generator = own ? await Generator.open(device, { adapted, source: model.source, values, rows }, { lender: base, signal: ear.signal }) : base;
    try {
      if (files.length > 0) memory.adapters.push({ key: spec.id, bytes: generator.bytes });
      const room = generator.room - turn.ids.length;
      if (room < 1) throw new DataError(said`The text has ${turn.ids.length} tokens, and there is room for ${generator.room}; take a shorter one.`);
      const max_new_tokens = Math.min(how.max_new_tokens, room);
      const { signal } = ear;
      const saying = rows > 1 ? byBeams(generator, turn.ids, { max_new_tokens, num_beams: rows, eos, signal }) : generator.generate(turn.ids, { ...how, max_new_tokens, eos, signal });
      const tokens: number[] = [];
      let heard = 0;
      let text = '';
      for await (const token of untilStopped(saying, signal)) {
        tokens.push(token);
        text = tokenizer.decode(tokens);
        if (performance.now() - heard < EVENT_MS) continue;
        heard = performance.now();
        ear.onText(spec.id, text);
      }
      if (tokens.length === 0) return null;
      ear.onText(spec.id, text);
      return text;
    } finally {
      if (own) generator.destroy();
    }
  }
}

/** The tokens of the likeliest text, which come at once, when it is found. */
async function* byBeams(generator: Generator, prompt: number[], how: Parameters<typeof searchBeams>[2]): AsyncGenerator<number> {
  yield* (await searchBeams(generator, prompt, how))[0]!.tokens;
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
