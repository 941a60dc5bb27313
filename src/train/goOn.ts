import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { SavedFile } from '../adapters/files';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { textModel } from '../models/text';
import { reasonOf, said } from '../said/said';
import { askedInChat } from './chatTokens';
import { Generator } from './generate';
import { openTrained } from './openTrained';
import type { GoingOn, RunSpec, StudioWorker } from './protocol';
import { chatTemplateOf, tokenizerOf } from './textSet';
import type { TryoutHost } from './tryout';

/** Milliseconds between two messages on what is being said. */
const EVENT_MS = 60;

interface Ear {
  onText: (key: string, text: string) => void;
  signal: AbortSignal;
}

/** Goes on with a text by each adapter in its turn, whose model takes the device's memory for that time alone. What was said when it was stopped stays. Throws DataError, by the adapter's name. */
export async function goOn(host: TryoutHost, adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, prompt: string, how: GoingOn, ear: Ear): ReturnType<StudioWorker['tryGoingOn']> {
  if (adapters.length === 0) throw new DataError(said`Tick at least one adapter.`);
  if (prompt.trim() === '') throw new DataError(said`Type a sentence first.`);
  const device = await host.device();
  const texts: { key: string; text: string }[] = [];
  for (const spec of adapters) {
    if (ear.signal.aborted) break;
    try {
      texts.push({ key: spec.id, text: await by(device, host, spec, await files(spec.id), prompt, how, ear) });
    } catch (error) {
      throw new DataError(said`${spec.name}: ${reasonOf(error)}`);
    }
  }
  return { texts, cancelled: ear.signal.aborted };
}

async function by(device: Device, host: TryoutHost, spec: RunSpec, files: SavedFile[], prompt: string, how: GoingOn, { onText, signal }: Ear): Promise<string> {
  const { model, data } = await host.tried(spec);
  const form = textModel(model.vision);
  if (form.language.reads !== 'next') throw new DataError(said`${model.id} tells what texts are; it does not go on with them.`);
  const tokenizer = await tokenizerOf(model);
  const { adapted, values } = files.length === 0 ? { adapted: new Adapted(form, FROZEN), values: {} } : await openTrained(device, { spec, files, model, data }, { signal });
  // As training read it: what is typed is a user's turn where chats were learned.
  const asked = spec.text?.chat ? askedInChat(tokenizer, await chatTemplateOf(model), prompt) : { ids: tokenizer.encode(prompt).ids, end: null };
  const { ids } = asked;
  const eos = [model.config.eos_token_id ?? tokenizer.eos, asked.end].flat().filter((id): id is number => typeof id === 'number');
  const generator = await Generator.open(device, { adapted, source: model.source, values });
  try {
    const tokens: number[] = [];
    const room = generator.room - ids.length;
    if (room < 1) throw new DataError(said`The text has ${ids.length} tokens, and there is room for ${generator.room}; take a shorter one.`);
    let heard = 0;
    let text = '';
    for await (const token of generator.generate(ids, { ...how, max_new_tokens: Math.min(how.max_new_tokens, room), eos })) {
      tokens.push(token);
      text = tokenizer.decode(tokens);
      if (signal.aborted) break;
      if (performance.now() - heard < EVENT_MS) continue;
      heard = performance.now();
      onText(spec.id, text);
    }
    onText(spec.id, text);
    return text;
  } finally {
    generator.destroy();
  }
}
