import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { LoadedAdapter } from '../adapters/files';
import type { Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { TEXT_HEAD } from '../models/byText';
import { checkWeights } from '../models/load';
import { openByText } from '../tasks/byText';
import { makeTextHead } from '../tasks/textTower';
import { completeTrain } from './config';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import type { RunSpec } from './protocol';

/**
 * A model as it was downloaded, to stand beside its adapters. With a head it says what that was trained to say; a CLIP
 * with a tokenizer tells the data's classes apart by their texts, which is zero-shot. Without either it says nothing
 * (`labels` is empty), and only where it looks can be asked: the head that stands in is never read.
 */
export async function openBase(device: Device, model: LoadedModel, data: Dataset | null, spec: RunSpec, signal?: AbortSignal): Promise<{ loaded: Pick<LoadedAdapter, 'adapted' | 'values' | 'hasHead'>; labels?: string[] }> {
  const adapted = new Adapted(model.net, FROZEN);
  if (!checkWeights(adapted.trace, model.source).newHead) return { loaded: { adapted, values: {}, hasHead: false } };
  const train = completeTrain({ templates: spec.train.templates });
  const text = model.tokenizer && data ? await openByText(model, data.classes, train.templates) : null;
  if (!text) return { loaded: { adapted, values: adapted.newHead(0), hasHead: true }, labels: [] };
  const head = await makeTextHead(device, model, text.prompts, programOptions(train, device.report), signal);
  return { loaded: { adapted: new Adapted(text.net, FROZEN), values: { [TEXT_HEAD]: head }, hasHead: true } };
}
