import recorded from '../../recorded/recommended.json' with { type: 'json' };
import { trainsOf } from '../../../adapters/fields';
import { defined } from '../../../numbers/defined';
import type { DataInfo } from '../../../train/protocol';
import { areOwn, modelById, useCatalog } from '../data/catalog';
import { firstSettings, openRecording, wantedRecording } from '../analyses/recorded';
import { rank } from './findings';
import type { Run } from './runs';
import { groupsOf, type Group } from './seedGroups';
import { initialSettings, useSettings, type Settings } from '../settings/settings';

/** The one method that data of a person's own are learned with where nothing is to be compared, and the reason. */
export interface Recommendation {
  method: string;
  /** What it was recorded on, and how often. */
  data: string;
  model: string;
  seeds: number;
  /** Methods, with this one, of which none was better than another by more than chance. */
  alike: number;
}

/** Work of a step, in shares of full fine-tuning's. */
const workOf = ({ runs }: Group): number => runs[0]?.plan?.work ?? Infinity;

/** Of the usual recorded methods that leave an adapter, and than which none was better by more than chance, the one that takes least work; null where the runs do not tell. */
export function recommend(runs: readonly Run[]): Recommendation | null {
  const ranking = rank(groupsOf(firstSettings(runs)));
  const top = ranking?.top ?? [];
  const able = top.filter(({ method }) => trainsOf(method) === 'adapter' && initialSettings.methods.includes(method)).sort((a, b) => workOf(a) - workOf(b));
  const [best] = able;
  if (!ranking || !best || ranking.seeds < 3) return null;
  const { dataTitle, modelTitle } = defined(runs[0]);
  return { method: best.method, data: dataTitle, model: modelTitle, seeds: ranking.seeds, alike: top.length };
}

/** What the comparison that the page offers first says, for where it cannot be fetched, or another one does not tell. */
export const fallback: Recommendation = recorded;

/** The recommendation for the chosen model: from what was recorded with it, or else with the one that the page offers first. There always is one; `measured` where it was with this model. */
export async function recommendation(open: typeof openRecording = openRecording): Promise<Recommendation & { measured: boolean }> {
  const found = (await open(wantedRecording()).then(({ runs }) => recommend(runs), () => null)) ?? fallback;
  return { ...found, measured: modelById(useCatalog.getState(), useSettings.getState().model)?.title === found.model };
}

/** Settings that change where this data set is chosen: pictures of one's own are learned by the recommended method, unless methods were chosen; with others all are compared again. */
export async function methodsFor(data: DataInfo | undefined): Promise<Partial<Settings>> {
  const { comparing, methods } = useSettings.getState();
  if (!areOwn(data)) return comparing === 'no' && !data?.texts ? { comparing: 'auto', methods: initialSettings.methods } : {};
  if (comparing === 'yes' || (comparing === 'auto' && methods.join() !== initialSettings.methods.join())) return {};
  return comparing === 'no' ? {} : oneMethod();
}

/** Settings under which the recommended method is trained alone. */
export async function oneMethod(): Promise<Partial<Settings>> {
  const { method } = await recommendation();
  return { comparing: 'no', methods: [method] };
}

/** Settings under which methods are compared: the usual ones. */
export const severalMethods: Partial<Settings> = { comparing: 'yes', methods: initialSettings.methods };
