import type { AnalysedRun, AnalysedSplit } from '../../../analysis/analysis.meta';
import { formatCount } from '../../../language/format';
import { pictureWords } from '../words/picture';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { isRecorded } from '../analyses/recorded';
import { seedSpan } from '../runs/seedSpan';
import { runById, testEvaluation, type Run } from '../runs/runs';
import { landscapeWords } from '../words/landscape';

/** One line of what a figure is of, which stands in the picture that leaves the page. */

/** Facts about a run that the line states. */
interface Described {
  data: string;
  model: string;
  steps: number;
  run: Pick<Run, 'id' | 'spec'>;
  from: keyof typeof pictureWords.from;
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** A number that all share, or from which to which it goes; empty where none has one. */
function spanOf(values: readonly number[]): string {
  const known = values.filter((value) => value > 0);
  if (known.length === 0) return '';
  const [low, high] = [formatCount(Math.min(...known)), formatCount(Math.max(...known))];
  return low === high ? low : pictureWords.range(low, high);
}

/** "5 seeds", "1 to 5 seeds". */
export function seedWords(runs: readonly Pick<Run, 'id' | 'spec'>[]): string {
  const span = seedSpan(runs);
  return pictureWords.seeds(spanOf(span), span[1]);
}

const describe = (run: Run): Described => ({ data: run.dataTitle, model: run.modelTitle, steps: run.lastStep, run, from: isRecorded(run) ? 'recorded' : run.theirs ? 'theirs' : 'own' });

function lineOf(runs: readonly Described[], pictures: string, split: AnalysedSplit): string {
  if (runs.length === 0) return '';
  const seeds = seedWords(runs.map(({ run }) => run));
  return pictureWords.of(distinct(runs.map(({ data }) => data)), distinct(runs.map(({ model }) => model)), spanOf(runs.map(({ steps }) => steps)), pictures && pictureWords.tested(pictures, landscapeWords.splits[split]), seeds, distinct(runs.map(({ from }) => from)).map((from) => pictureWords.from[from]));
}

/** Of a figure of these runs: data, model, steps, test pictures, seeds, and whose runs they are. */
export const pictureOf = (runs: readonly Run[]): string => lineOf(runs.map(describe), spanOf(runs.map((run) => testEvaluation(run)?.count ?? 0)), 'test');

/** The same of a landscape or a look inside, on so many pictures; those that come with the page are of recorded runs, which the page does not list. */
export function pictureOfAnalysis(runs: readonly AnalysedRun[], images: number, split: AnalysedSplit): string {
  const catalog = useCatalog.getState();
  const known = runs.map(({ id, spec }): Described => {
    const run = runById(id);
    return run ? describe(run) : { data: dataById(catalog, spec.data)?.title ?? spec.data, model: modelById(catalog, spec.model)?.title ?? spec.model, steps: spec.train.steps, run: { id, spec }, from: 'recorded' };
  });
  return lineOf(known, formatCount(images), split);
}
