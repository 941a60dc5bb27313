import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import type { TextLengths } from '../../../train/protocol';
import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { studio } from '../../core/worker/client';
import { latest } from '../../kit/latest';
import { readingOf } from '../../core/data/medium';
import { useSettings } from '../../core/settings/settings';

/** Lengths of the chosen texts for the chosen model; `of` is the key of both, `most` the token limit that was asked for. */
export const useLengths = create<{ of: string; most?: number; lengths: TextLengths | null; error: string }>()(() => ({ of: '', lengths: null, error: '' }));

export const lengthsKey = (model: string, data: string): string => JSON.stringify([model, data, dataById(useCatalog.getState(), data)?.texts?.reading]);

/** Asks the worker, where a model that reads texts and such texts are chosen. */
export const refreshLengths = latest(async () => {
  const { model, data } = useSettings.getState();
  const catalog = useCatalog.getState();
  const reads = dataById(catalog, data)?.texts && readingOf(data, modelById(catalog, model));
  const of = lengthsKey(model, data);
  const most = reads?.text?.max_length;
  const known = useLengths.getState();
  if (!reads || (known.of === of && known.most === most)) return;
  try {
    useLengths.setState({ of, most, lengths: await studio().lengths({ model, ...reads }), error: '' });
  } catch (error) {
    useLengths.setState({ of, most, lengths: null, error: messageOf(error) });
  }
});
