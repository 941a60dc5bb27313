import { useRef, useState, type RefObject } from 'react';
import { trainsOf } from '../../adapters/fields';
import type { Evaluation } from '../../train/protocol';
import { chanceOf, isAtChance } from '../../records/chance.meta';
import { hasRate } from '../../train/rates.meta';
import { measureOf, scoresOf } from '../../train/scores.meta';
import { csv as csvOf, type Cell } from '../../io/csv.meta';
import { Heat, mostClasses } from '../core/figures/Heat';
import { pictureOf } from '../core/figures/pictureOf';
import { sentences } from '../core/figures/printed';
import { FigureTools } from '../kit/charts/FigureTools';
import { MethodKey } from '../kit/charts/MethodKey';
import { PrintedHeat, type PrintedCell } from '../kit/charts/PrintedHeat';
import { plainFacts, type Printable } from '../kit/print/request';
import plot from '../kit/charts/Plot.module.css';
import { Button, ButtonRow } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { Term } from '../kit/controls/Term';
import { deviceName } from '../core/worker/deviceName';
import { formatCount, formatDuration, formatFixed, formatLoss, formatMiB, formatPercent, formatRate } from '../../language/format';
import { defined } from '../../numbers/defined';
import { findRateOf, saveAdapter } from '../core/runs/actions';
import { useBaselines } from '../core/runs/baselines';
import { evaluateStopped, keptStep, lacksTest, useEvaluating } from '../core/analyses/evaluating';
import { wilson } from '../../numbers/pairs';
import { isEnded, leftWeights, testEvaluation, useRuns, type Run } from '../core/runs/runs';
import { describeSpec } from '../core/runs/specs';
import { zeroShotKey } from '../core/runs/zeroShot';
import { aboutOf, learnedBy } from '../../train/learned.meta';
import { aboutIt } from '../../language/medium';
import { CellPictures } from './CellPictures';
import { ClassBars } from '../core/parts/ClassBars';
import { mostConfused, mostOften } from './confused';
import css from '../core/parts/panels.module.css';
import { chartWords } from '../kit/words/chart';
import { boardWords } from '../core/words/board';
import { compareWords } from '../core/words/compare';
import { resultsWords, cellWords } from '../core/words/results';
import { runsWords } from '../core/words/runs';
import { zeroShotWords } from '../core/words/zeroShot';

const OverTime = part(() => import('./OverTime').then((module) => module.default), <p className={css.soft}>{boardWords.loading}</p>);

/** A run on the test set: accuracy, each class, and what was taken for what. */
export default function RunResults({ run }: { run: Run }) {
  const [which, setWhich] = useState<'test' | 'val'>('test');
  const [overTime, setOverTime] = useState(false);
  const test = testEvaluation(run);
  const validation = run.best?.split === 'val' ? run.best : null;
  const learned = learnedBy(run);
  const learnsClasses = run.classes.length > 0 && learned !== 'numbers';
  const evaluation = (which === 'test' ? test : validation) ?? test ?? validation;
  return (
    <>
      <div className={css.resultHead}>
        <MethodKey method={run.spec.method.method}>{describeSpec(run.spec)}</MethodKey>
        {leftWeights(run) && <Button onClick={() => void saveAdapter(run)}>{resultsWords.download(trainsOf(run.spec.method.method) === 'adapter' ? 'adapter' : 'weights', formatMiB(run.adapterBytes))}</Button>}
      </div>
      {lacksTest(run) && <Untested run={run} />}
      {evaluation ? (
        <>
          <div className={css.resultHead}>
            <p className={css.lead}>
              {aboutIt(aboutOf(learned), () => resultsWords.accuracy(formatPercent(measureOf(evaluation)), formatCount(evaluation.count), resultsWords.on[evaluation.split], formatCount(evaluation.step), formatLoss(evaluation.loss), formatCount(evaluation.count * evaluation.accuracy)))}
              {run.best?.split === 'val' && evaluation.step === run.best.step && run.best.step < run.lastStep && ` ${resultsWords.best(formatCount(run.lastStep))}`}
            </p>
            {test && validation && (
              <Segmented
                label={resultsWords.which}
                value={evaluation.split === 'val' ? 'val' : 'test'}
                options={[
                  { value: 'test', text: resultsWords.splits.test },
                  { value: 'val', text: resultsWords.splits.val },
                ]}
                onChange={setWhich}
              />
            )}
          </div>
          {isAtChance(evaluation) && <AtChance run={run} of={evaluation} />}
          {learnsClasses && <Scores of={evaluation} />}
          {evaluation.scores?.matthews !== undefined && <p className={css.hint}>{resultsWords.matthews(formatPercent(evaluation.scores.matthews))}</p>}
          {evaluation.scores?.spearman !== undefined && <p className={css.hint}>{resultsWords.spearman(formatPercent(evaluation.scores.spearman))}</p>}
          {evaluation.scores?.perplexity !== undefined && <p className={css.hint}>{resultsWords.perplexity(formatLoss(evaluation.scores.perplexity))}</p>}
          {evaluation.scores?.choice_accuracy !== undefined && <p className={css.hint}>{resultsWords.choices(formatPercent(evaluation.scores.choice_accuracy), formatPercent(evaluation.scores.choice_accuracy_norm!))}</p>}
          {run.summary && <p className={css.hint}>{summaryLine(run)}</p>}
          {learnsClasses && <Detail key={`${run.id} ${evaluation.split} ${evaluation.step}`} run={run} evaluation={evaluation} />}
        </>
      ) : (
        !lacksTest(run) && <p className={css.soft}>{isEnded(run) ? resultsWords.none : resultsWords.empty}</p>
      )}
      <details className={css.fold} onToggle={({ currentTarget }) => setOverTime(currentTarget.open)}>
        <summary>{compareWords.overTime}</summary>
        {overTime && <OverTime run={run} />}
      </details>
    </>
  );
}

/** That a run has learned nothing that can be seen, and the offer of a search for its rate. */
function AtChance({ run, of }: { run: Run; of: Evaluation }) {
  const sought = run.spec.rate === 'found' || !hasRate(run.spec.method.method, run.spec.train);
  return (
    <div className={css.untested}>
      <Note sign="warn">{resultsWords.atChance(formatPercent(chanceOf(of)), sought ? 'found' : 'given')}</Note>
      {!sought && (
        <ButtonRow>
          <Button onClick={() => findRateOf(run)}>{resultsWords.findRate}</Button>
        </ButtonRow>
      )}
    </div>
  );
}

/** Scores of the confusion matrix besides accuracy; the reason why there are none where no matrix was kept. */
function Scores({ of }: { of: Evaluation }) {
  const scores = scoresOf(of);
  return (
    <p className={css.hint}>
      <Term name="balancedAccuracy" then={scores ? resultsWords.balanced(formatPercent(scores.balanced_accuracy)) : ', '}>
        {resultsWords.balancedWord}
      </Term>
      <Term name="macroF1" then={scores ? resultsWords.f1(formatPercent(scores.macro_f1)) : `: ${runsWords.noMatrix}`}>
        {resultsWords.f1Word}
      </Term>
    </p>
  );
}

/** State of a stopped run, and the offer of its test. */
function Untested({ run }: { run: Run }) {
  const { going, failed } = useEvaluating();
  const busy = useRuns(({ current }) => current !== '');
  const mine = going?.run === run.id;
  return (
    <div className={css.untested}>
      <Note sign="stop">{resultsWords.stopped(formatCount(keptStep(run)))}</Note>
      <ButtonRow>
        <Button disabled={busy || going !== null} onClick={() => void evaluateStopped(run)}>
          {resultsWords.evaluate}
        </Button>
      </ButtonRow>
      <div role="status">
        {mine && going.total > 0 && resultsWords.evaluating(formatCount(going.done), formatCount(going.total))}
        {failed?.run === run.id && <Note sign="err">{resultsWords.notEvaluated(failed.message)}</Note>}
      </div>
    </div>
  );
}

function summaryLine(run: Run): string {
  const { images_per_second, skipped_steps, device } = run.summary!;
  // Of all its sessions: the summary is of the last one.
  return resultsWords.summary(formatDuration(run.seconds), formatRate(images_per_second), skipped_steps, deviceName(device));
}

/** A class by its place; by its number where a run from elsewhere names fewer than it has. */
const classNamed = (classes: readonly string[], at: number): string => classes[at] ?? String(at);

/** Pairs that are named where several tie. */
const mostPairs = 4;

/** Names the classes that are most often confused, with all pairs that tie. */
function oftenText(classes: string[], { confusion }: Evaluation): string {
  const pairs = mostOften(confusion);
  const [first] = pairs;
  if (!first) return '';
  const [truth, predicted, count] = first;
  if (pairs.length === 1) return resultsWords.pair(classNamed(classes, truth), classNamed(classes, predicted), count);
  const named = pairs.slice(0, mostPairs).map(([one, other]) => resultsWords.taken(classNamed(classes, one), classNamed(classes, other)));
  return resultsWords.ties(pairs.length > mostPairs ? [...named, resultsWords.others(pairs.length - mostPairs)] : named, count);
}

function Detail({ run, evaluation }: { run: Run; evaluation: Evaluation }) {
  const { classes } = run;
  const { confusion } = evaluation;
  const [cell, setCell] = useState<{ truth: number; predicted: number } | null>(null);
  const [bars, matrix] = [useRef<HTMLElement>(null), useRef<HTMLElement>(null)];
  const close = () => {
    matrix.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
    setCell(null);
  };
  const zeroShot = useBaselines([run])
    .find(({ key }) => key === zeroShotKey(run.spec, classes))
    ?.[evaluation.split === 'val' ? 'val' : 'test'];
  const small = classes.length <= mostClasses && confusion.length === classes.length;
  const of = pictureOf([run]);
  const counts = confusion.map((row) => row.reduce((all, count) => all + count, 0));
  const perClass = { method: run.spec.method.method, classes, values: evaluation.per_class, counts, before: zeroShot?.per_class };
  return (
    <div className={css.results}>
      <figure ref={bars} aria-label={resultsWords.perClass}>
        <div className={plot.head}>
          <h3>{resultsWords.perClass}</h3>
          <Tools
            title={resultsWords.perClass}
            figure={bars}
            of={sentences([of, counts.some((count) => count > 0) && resultsWords.intervals])}
            head={[resultsWords.trueClass, ...boardWords.perClassHead.value.slice(2)]}
            rows={classes.map((name, i) => [name, 100 * (evaluation.per_class[i] ?? NaN), counts[i] ?? 0, ...(counts[i] ? wilson(evaluation.per_class[i] ?? NaN, counts[i]).map((end) => 100 * end) : [null, null])])}
            draw={() => <ClassBars {...perClass} bare />}
          />
        </div>
        <ClassBars {...perClass} />
        {zeroShot && <p className={css.hint}>{zeroShotWords.beside(formatPercent(zeroShot.accuracy), ...wilson(zeroShot.accuracy, zeroShot.count).map(formatPercent) as [string, string])}</p>}
      </figure>
      <figure ref={matrix} aria-label={resultsWords.confusion}>
        <div className={plot.head}>
          <h3>{resultsWords.confusion}</h3>
          {small && (
            <Tools
              title={resultsWords.confusion}
              figure={matrix}
              of={sentences([of, resultsWords.confusionHint])}
              head={[resultsWords.trueClass, ...classes]}
              rows={classes.map((name, i) => [name, ...defined(confusion[i])])}
              draw={({ ratio }) => <PrintedHeat ratio={ratio} across={resultsWords.predicted} down={resultsWords.trueClass} columns={classes} ends={['0', resultsWords.wholeRow]} rows={classes.map((label, i) => ({ label, cells: shadesOf(defined(confusion[i])) }))} />}
            />
          )}
        </div>
        <p className={css.hint}>
          {resultsWords.confusionHint} {small && evaluation.images && <span data-no-picture>{cellWords.keys}</span>}
        </p>
        {small && <Heat label={resultsWords.confusion} classes={classes} counts={confusion} chosen={cell} onChoose={evaluation.images && ((truth, predicted) => setCell({ truth, predicted }))} />}
        {cell && <CellPictures key={`${cell.truth} ${cell.predicted}`} run={run} evaluation={evaluation} cell={cell} onClose={close} />}
        <p className={css.soft}>{small ? oftenText(classes, evaluation) : mostConfused(confusion, 12).map(([truth, predicted, count]) => resultsWords.pair(classNamed(classes, truth), classNamed(classes, predicted), count)).join(' ')}</p>
      </figure>
    </div>
  );
}

/** Cells of a row of the matrix, shaded by their share of it. */
function shadesOf(row: readonly number[]): PrintedCell[] {
  const sum = row.reduce((all, count) => all + count, 0);
  return row.map((count) => ({ text: count === 0 ? '' : formatCount(count), shade: sum > 0 ? (100 * count) / sum : 0 }));
}

interface ToolsProps {
  title: string;
  figure: RefObject<HTMLElement | null>;
  /** Its subject, and how it is read. */
  of: string;
  head: string[];
  rows: Cell[][];
  draw: Printable['draw'];
}

/** Files of a figure of one run, and the same for print. */
function Tools({ title, figure, of, head, rows, draw }: ToolsProps) {
  const short = (cell: Cell): string => (typeof cell === 'number' ? (Number.isInteger(cell) ? formatCount(cell) : formatFixed(cell, 1)) : String(cell ?? '–'));
  return (
    <div className={plot.tools} data-no-picture>
      <FigureTools title={title} figure={figure} files={{ csv: () => csvOf(head, rows) }} print={{ legend: false, draw, facts: () => plainFacts(title, of, { head: head.map((name) => chartWords.boundNames[name] ?? name), rows: rows.map((row) => ({ cells: row.map(short) })), caption: '' }) }} asTable={false} />
    </div>
  );
}
