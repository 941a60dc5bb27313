import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import type { GenerateSettings } from '../../../train/protocol';
import { studio } from '../../core/worker/client';
import { useRuns } from '../../core/runs/runs';
import { sourcesOf, useTryout, type Candidate } from './tryout';

/** A text that adapters go on with, one after the other. */
interface GenerateState {
  prompt: string;
  /** Continuation of each so far, by key. */
  continuations: Record<string, string>;
  /** Reason why a continuation is shorter than was asked for, by key. */
  notes: Record<string, string | undefined>;
  /** Words of the text that the model has no tokens for. */
  unknown: string[];
  going: boolean;
  error: string;
}

export const useGenerate = create<GenerateState>()(() => ({ prompt: '', continuations: {}, notes: {}, unknown: [], going: false, error: '' }));

/** Asks the chosen adapters how a text goes on; replaces what was said before. */
export async function generateFrom(chosen: Candidate[], prompt: string, how: GenerateSettings): Promise<void> {
  if (useGenerate.getState().going || chosen.length === 0 || useRuns.getState().current !== '') return;
  useGenerate.setState({ prompt, continuations: {}, notes: {}, unknown: [], going: true, error: '' });
  const { specs, files } = sourcesOf(chosen);
  const hear = (key: string, text: string) => useGenerate.setState(({ continuations }) => ({ continuations: { ...continuations, [key]: text } }));
  try {
    const { memory, texts, unknown } = await studio().tryGenerate(specs, proxy(files), prompt, how, proxy(hear));
    useGenerate.setState({ notes: Object.fromEntries(texts.map(({ key, note }) => [key, note])), unknown });
    useTryout.setState({ memory: { ...memory, model: defined(specs[0]).model } });
  } catch (error) {
    useGenerate.setState({ error: messageOf(error) });
  }
  useGenerate.setState({ going: false });
}

/** Stops the adapters; what was said by now stays. */
export const stopGenerating = (): void => void studio().cancelTry();
