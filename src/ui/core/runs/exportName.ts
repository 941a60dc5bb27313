import { leftWeights, type Run } from './runs';
import { mainSetting } from './specs';

/** Letters of a title that a file's name keeps. */
const MOST = 40;

/** A title as part of a file's name on every system: "my-photos". The ending of a file that it came from goes. */
const plain = (title: string): string =>
  title.normalize('NFKD').replace(/\p{M}+/gu, '').replace(/\.(zip|csv|tsv|jsonl?|parquet|txt)$/i, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, MOST).replace(/^-+|-+$/g, '');

const nameOf = ({ dataTitle, name, spec }: Run, title = ''): string => [plain(title) || plain(dataTitle) || plain(name) || 'run', spec.method.method, mainSetting(spec.method).replace(/[^A-Za-z0-9.]+/g, '')].filter(Boolean).join('-');

/** Head of the name of every file that a run leaves as: its data, method and size, as "my-photos-lora-r16", and its own name where another run that can leave is called the same. What was imported keeps its name. A page that has a title of its own is called after that instead of its data. */
export function exportName(run: Run, kept: readonly Run[], title = ''): string {
  const mine = nameOf(run, title);
  if (!kept.some(({ id }) => id === run.id)) return [plain(run.name) || 'adapter', run.spec.method.method].join('-');
  return kept.some((one) => one.id !== run.id && !one.deleted && leftWeights(one) && nameOf(one, title) === mine) ? `${mine}-${plain(run.name) || run.spec.train.seed}` : mine;
}
