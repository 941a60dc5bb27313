import { basename, resolve } from 'node:path';
import { limited } from '../data/limit';
import { defined } from '../numbers/defined';
import { deployPage, type HeldBack } from '../train/deployPage';
import type { LoadedModel } from '../train/openModel';
import type { Given } from './command';
import { labelPlaces } from './evaluator';
import { openData, writeAll } from './files';
import { withDevice } from './gpu';
import { pageParts } from './pageParts.node';
import { openSavedAdapter } from './saved';

/** Format of a page of one model. */
export const WEB = 'web';

/** Test pictures that are looked at, at most. */
const MOST = 1000;

/** Writes a folder that is a page with the merged model in it. Throws as `openSavedAdapter` and `deployPage` do, and where the page answers otherwise than the model. */
export async function exportPage(model: LoadedModel, given: Given, say: (line: string) => void): Promise<object> {
  const out = String(given.out);
  const saved = await openSavedAdapter(model, given, say, true);
  const { labels } = saved.adapted.model;
  const data = given.data === undefined ? null : await openData(String(given.data));
  let held: HeldBack | undefined;
  if (data) {
    const places = labelPlaces(labels, data, say);
    const test = limited(data.test, MOST, 'stratified');
    held = { pictures: { ...test, labels: Uint16Array.from(test.labels, (label) => defined(places[label])) }, split: 'test' };
  }
  const title = String(given.title ?? data?.title ?? basename(resolve(String(given.adapter))));
  const { files, verdict } = await withDevice(async (device) => deployPage(device, { model, ...saved, title, held, parts: await pageParts(), facts: data ? { data: data.title } : {} }));
  if (!verdict.ok) throw new Error(`${verdict.text} Nothing was written.`);
  await writeAll(out, files);
  say(`a page of ${labels.length} classes written to ${out}: put the folder on any host of files, or try it with npx serve ${out}`);
  say(verdict.text);
  if (!held) say('No --data was given, so the page answers every picture; with it a threshold for “none of these” is set.');
  return { out, title, labels, files: files.map((f) => f.path), verdict };
}
