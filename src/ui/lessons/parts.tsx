import type { ReactNode } from 'react';
import { use, useMemo } from 'react';
import { GroupCurves } from '../core/figures/GroupCurves';
import { Button, ButtonRow } from '../kit/controls/Button';
import { CopyButton } from '../kit/controls/CopyButton';
import { Icon } from '../kit/controls/Icon';
import { part as loaded } from '../kit/controls/Part';
import { Segmented } from '../kit/controls/Segmented';
import { formatAbout, formatCount, listOf, partsOf } from '../../language/format';
import { defined } from '../../numbers/defined';
import { useBlocked } from '../core/parts/Start';
import { addSweep } from '../core/runs/actions';
import { runsOf, useAnalysable } from '../core/analyses/analyses';
import { forOthers, lessonLink, useReach } from '../core/storage/address';
import { dataById, useCatalog } from '../core/data/catalog';
import { timeOf } from '../core/runs/estimate';
import { keptStep } from '../core/analyses/evaluating';
import { lookable, useInsideOf } from '../core/analyses/inside';
import { spectrumFinding } from '../core/analyses/insideFindings';
import { useLandscapeOf } from '../core/analyses/landscape';
import { namesOf } from '../core/analyses/landscapeFindings';
import { Spectrum } from '../core/figures/InsideFigures';
import { seedWords } from '../core/figures/pictureOf';
import { useRuns, type Run, useKeptRuns } from '../core/runs/runs';
import { groupsOf } from '../core/runs/seedGroups';
import { useStepTimes } from '../core/runs/stepTimes';
import { useSettings } from '../core/settings/settings';
import { lessonWords, type PartWords } from './words/lessons';
import { pictureWords } from '../core/words/picture';
import { MemoryChart, ParametersChart, ShotsChart } from './charts';
import { PICTURED, ShotsPictures, useShots } from './Examples';
import { Formulas } from './Formulas';
import { Outcome, Question } from './Guess';
import { openRecording } from '../core/analyses/recorded';
import { comingOf, conditionOfAll, missingSpecs, specsOf, type Experiment } from '../core/analyses/experiment';
import { InTrain } from '../core/parts/InTrain';
import { lessons, type ChartName, type Part } from './lessons';
import type { LessonName } from './names';
import { openInside, openRates, openWalk } from '../core/analyses/recordedAnalyses';
import { useChosenSource, useSource, type Source } from './source';
import { WalkAction } from '../core/parts/WalkAction';
import type { Inside } from '../../analysis/analysis.meta';
import type { RunSpec } from '../../train/protocol';
import { Planned } from './Planned';
import { useNearest } from './nearest';
import { RateAccuracies, RateCurve, RateOrder } from './Rates';
import { commonAt, underHand, useHand } from './rates';
import { Reach } from './Reach';
import { ChanceAlone, SeedMeans, SeedPairs } from './Seeds';
import { useChance, useDrawn } from './seeds';
import { caveatText, orderText, ratesOutcome, ratesWords, runText, spanText, tooHighText } from './words/rates';
import { censusText, chanceText, drawnText, pairsText, seedsOutcome, seedsWords } from './words/seeds';
import { nearestText, outcome, reachWords } from './words/reach';
import { Step, type StepChart } from './Step';
import { useStepChoice, useStepLook } from './step';
import { examplesWords } from './words/examples';
import { gradientText, shareText, stepWords } from './words/step';
import { methodLook } from '../../figures/methods';
import { useWhatIf, type WhatIf } from './whatIf';
import css from '../core/parts/stage.module.css';
import { landscapeWords } from '../core/words/landscape';

/** Drawing a landscape takes libraries that other lessons do not need. */
const Walk = loaded(() => import('./Walk').then((module) => module.default), <p>{landscapeWords.loading}</p>);

/** A part of a lesson, in pieces that a view puts beside one another and a presentation after one another. */
export interface Pieces {
  title: string;
  /** The title of the whole lesson. */
  lesson: string;
  /** Draws a figure of it; without a name all of them. */
  chart: (figure?: string) => ReactNode;
  /** Source of the chart's numbers. */
  source: ReactNode;
  text: ReactNode;
}

/** Hands the pieces of a part to what puts them together. Suspends while recorded runs are fetched. */
export function PartPieces({ name, at, children }: { name: LessonName; at: number; children: (pieces: Pieces) => ReactNode }) {
  const Of = kinds[defined(lessons[name].parts[at]).chart];
  return <Of name={name} at={at} put={children} />;
}

interface OfProps {
  name: LessonName;
  at: number;
  put: (pieces: Pieces) => ReactNode;
}

/** A part that speaks of runs. */
function RunsPart({ name, at, put }: OfProps) {
  const part = defined(lessons[name].parts[at]);
  const source = useSource(name, at);
  const { groups } = source;
  const Chart = part.chart === 'shots' ? ShotsChart : ParametersChart;
  return put({
    ...headOf(name, at),
    chart: () => (groups.length === 0 ? <p>{lessonWords.none}</p> : <Chart groups={groups} />),
    source: <SourceLine name={name} source={source} />,
    text: <Text name={name} at={at} found={wordsOf(name, at).found.map((say) => say({ groups, plans: {}, landscape: null }))} action={<Train experiment={part.experiment!} name={name} source={source} />} />,
  });
}

/** A part of the walk over the loss. */
function WalkPart({ name, at, put }: OfProps) {
  const { chart } = defined(lessons[name].parts[at]);
  const analysable = useAnalysable();
  const { made } = useLandscapeOf(analysable);
  const recorded = use(openWalk());
  const landscape = made ?? recorded.landscape;
  const runs = made ? runsOf(made, analysable) : recorded.runs;
  return put({
    ...headOf(name, at),
    chart: (figure) => (chart === 'loss' ? <GroupCurves runs={runs} of="loss" /> : <Walk view={chart} figure={figure} made={landscape} />),
    source: (
      <p className={css.source}>
        <span className={css.tag}>{chart === 'loss' ? lessonWords.whose[made ? 'own' : 'recorded'] : lessonWords.measured[made ? 'own' : 'recorded']}</span>
        <About runs={runs} />
      </p>
    ),
    text: <Text name={name} at={at} found={wordsOf(name, at).found.map((say) => say({ groups: [], plans: {}, landscape, others: made ? undefined : recorded.others, kept: runs.length === landscape.runs.length ? runs.map(keptStep) : undefined }))} action={<WalkAction made={made} />} />,
  });
}

/** A part that speaks of plans, which need no run. */
function MemoryPart({ name, at, put }: OfProps) {
  const part = defined(lessons[name].parts[at]);
  const what = useWhatIf();
  return put({
    ...headOf(name, at),
    chart: () => (
      <>
        <MemoryChart before={what.before} now={what.now} />
        {part.tries && <TryOut part={part} words={wordsOf(name, at)} what={what} />}
      </>
    ),
    source: <Planned what={what} />,
    text: <Text name={name} at={at} found={wordsOf(name, at).found.map((say) => say({ groups: [], plans: what.now, before: what.before, landscape: null }))} />,
  });
}

/** The question that a lesson begins with. */
function GuessPart({ name, at, put }: OfProps) {
  return put({ ...headOf(name, at), chart: () => <Question name={name} />, source: null, text: <Text name={name} at={at} found={[]} /> });
}

/** Pictures that a lesson's runs learned from. */
function ExamplesPart({ name, at, put }: OfProps) {
  const { shots } = useShots();
  const classes = useCatalog((catalog) => dataById(catalog, PICTURED['few-shots'])?.all_classes.length ?? 0);
  return put({ ...headOf(name, at), chart: () => <ShotsPictures />, source: <Source tag={examplesWords.source} about={examplesWords.about} />, text: <Text name={name} at={at} found={classes > 0 ? [examplesWords.all(shots, classes)] : []} /> });
}

/** A target and what each method makes of it, computed while it is moved. */
function ReachPart({ name, at, put }: OfProps) {
  const { choice, nearest } = useNearest();
  const source = <Source tag={reachWords.source} about={reachWords.about} />;
  return put({ ...headOf(name, at), chart: () => <Reach choice={choice} nearest={nearest} />, source, text: <Text name={name} at={at} found={[nearestText(nearest, choice)]} answer={outcome()} /> });
}

/** A look inside this project's runs where there is one, else inside the recorded ones; and which of the two it is. */
export function useLookInside(): { made: Inside; source: ReactNode } {
  const analysable = useAnalysable();
  const { made: own } = useInsideOf(useMemo(() => lookable(analysable), [analysable]));
  const recorded = use(openInside());
  const source = (
    <p className={css.source}>
      <span className={css.tag}>{lessonWords.whose[own ? 'own' : 'recorded']}</span>
      <span className={css.about}>{own ? aboutRuns(runsOf(own, analysable)) : lessonWords.about(recorded.data_title, recorded.model_title, formatCount(defined(recorded.inside.runs[0]).spec.train.steps), seedWords(recorded.inside.runs))}</span>
    </p>
  );
  return { made: own ?? recorded.inside, source };
}

/** Singular values of trained updates. */
function SpectrumPart({ name, at, put }: OfProps) {
  const { made, source } = useLookInside();
  return put({ ...headOf(name, at), chart: () => <Spectrum made={made} slide />, source, text: <Text name={name} at={at} found={[`${spectrumFinding(made, namesOf(made))}.`]} /> });
}

/** Recorded runs at every rate, moved by hand. */
function RatesPart({ name, at, put }: OfProps) {
  const { chart } = defined(lessons[name].parts[at]);
  const rates = use(openRates());
  const hand = useHand();
  const { of, run } = underHand(rates, hand);
  const Chart = chart === 'rate' ? RateCurve : chart === 'rates' ? RateAccuracies : RateOrder;
  const found = { rate: [runText(rates, of, run), tooHighText(rates)], rates: [spanText(rates), caveatText(rates)], order: [orderText(rates, commonAt(rates, hand.common))] }[chart as 'rate' | 'rates' | 'order'];
  const about = partsOf([lessonWords.about(rates.data_title, rates.model_title, formatCount(rates.steps), ratesWords.seeds), ratesWords.about(rates)]);
  return put({ ...headOf(name, at), chart: () => <Chart rates={rates} />, source: <Source tag={lessonWords.whose.recorded} about={about} />, text: <Text name={name} at={at} found={found} answer={chart === 'rates' ? ratesOutcome(rates) : undefined} /> });
}

/** Seeds drawn of recorded runs, and comparisons drawn of chance alone. */
function SeedsPart({ name, at, put }: OfProps) {
  const { chart } = defined(lessons[name].parts[at]);
  const { runs } = use(openRecording('toy'));
  const groups = useMemo(() => groupsOf(runs), [runs]);
  const [drawn, { seeds, stops }] = [useDrawn(), useChance()];
  const Chart = chart === 'draw' ? SeedMeans : chart === 'chance' ? ChanceAlone : SeedPairs;
  const found = chart === 'draw' ? [drawnText(groups, drawn)] : chart === 'chance' ? [chanceText(seeds, stops)] : [pairsText(groups, drawn), censusText(groups)];
  const source = chart === 'chance' ? <Source tag={reachWords.source} about={seedsWords.computed} /> : <Source tag={lessonWords.whose.recorded} about={aboutRuns(runs)} />;
  return put({ ...headOf(name, at), chart: () => <Chart groups={groups} />, source, text: <Text name={name} at={at} found={found} answer={chart === 'chance' ? seedsOutcome() : undefined} /> });
}

/** Where a chart's numbers are from. */
const Source = ({ tag, about }: { tag: string; about: string }) => (
  <p className={css.source}>
    <span className={css.tag}>{tag}</span>
    <span className={css.about}>{about}</span>
  </p>
);

/** The mathematics in three lines. */
function FormulaPart({ name, at, put }: OfProps) {
  return put({ ...headOf(name, at), chart: () => <Formulas name={name} />, source: null, text: <Text name={name} at={at} found={[]} /> });
}

/** A level of one training step, which the worker looks into: the model, a layer, the numbers of a token, or a kernel. */
function StepPart({ name, at, put }: OfProps) {
  const { chart } = defined(lessons[name].parts[at]);
  const looked = useStepLook();
  const choice = useStepChoice();
  const { method, token } = choice;
  const { look, waiting } = looked;
  const source = look && (
    <p className={css.source}>
      <span className={css.tag}>{stepWords.source}</span>
      <span className={css.about}>{stepWords.about(look, methodLook(method).title)}</span>
    </p>
  );
  const now = waiting ? null : look;
  // The question of the lesson is about the first step.
  const answer = now && chart === 'stepLayer' && now.step === 1 ? gradientText(now, method) : undefined;
  const found = now && chart === 'stepNumbers' ? [shareText(now, token)] : [];
  return put({ ...headOf(name, at), chart: (figure) => <Step chart={chart as StepChart} figure={figure} choice={choice} looked={looked} />, source, text: <Text name={name} at={at} found={found} answer={answer} /> });
}

const kinds: Record<ChartName, (props: OfProps) => ReactNode> = {
  guess: GuessPart, examples: ExamplesPart, reach: ReachPart, spectrum: SpectrumPart, formulas: FormulaPart, parameters: RunsPart, shots: RunsPart, memory: MemoryPart,
  rate: RatesPart, rates: RatesPart, order: RatesPart, draw: SeedsPart, chance: SeedsPart, pairs: SeedsPart,
  stepModel: StepPart, stepLayer: StepPart, stepNumbers: StepPart, stepKernel: StepPart,
  loss: WalkPart, plane: WalkPart, paths: WalkPart, between: WalkPart,
};

const wordsOf = (name: LessonName, at: number): PartWords => defined(lessonWords.lessons[name].parts[at]);
const headOf = (name: LessonName, at: number): Pick<Pieces, 'title' | 'lesson'> => ({ title: wordsOf(name, at).title, lesson: lessonWords.lessons[name].name });

/** Says whose runs the chart is of, with a choice where there are both. */
function SourceLine({ name, source: { whose, choice, groups } }: { name: LessonName; source: Source }) {
  return (
    <p className={css.source}>
      {choice ? (
        <Segmented label={lessonWords.whoseLabel} value={whose} options={(['recorded', 'own'] as const).map((value) => ({ value, text: lessonWords.whose[value] }))} onChange={(value) => useChosenSource.setState({ [name]: value })} />
      ) : (
        <span className={css.tag}>{lessonWords.whose[whose]}</span>
      )}
      <About runs={groups.flatMap(({ runs }) => runs)} />
    </p>
  );
}

const each = (values: readonly string[]): string => partsOf([...new Set(values)]);

/** Data, models, lengths and seeds of runs. */
export const aboutRuns = (runs: readonly Run[]): string => {
  if (runs.length === 0) return '';
  const lengths = [...new Set(runs.map((run) => run.lastStep))].sort((a, b) => a - b).map(formatCount);
  const steps = lengths.length > 3 ? pictureWords.range(defined(lengths[0]), lengths.at(-1)!) : listOf(lengths);
  return lessonWords.about(each(runs.map((run) => run.dataTitle)), each(runs.map((run) => run.modelTitle)), steps, seedWords(runs));
};

/** The same as a line beside the name of a source. */
export const About = ({ runs }: { runs: readonly Run[] }) => <span className={css.about}>{aboutRuns(runs)}</span>;

/** The text beside a chart: what it means, what was found, what the paper says, what to do, and a link to the part. */
function Text({ name, at, found, answer, action }: { name: LessonName; at: number; found: string[]; answer?: string; action?: ReactNode }) {
  useReach();
  const words = wordsOf(name, at);
  const { answers } = defined(lessons[name].parts[at]);
  const came = answer ?? (answers === undefined ? '' : defined(found[answers]));
  const sentences = found.filter((text, i) => text && i !== answers);
  return (
    <>
      {came && <Outcome name={name} found={came} />}
      {words.text.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {sentences.length > 0 && (
        <div className={css.found}>
          <h3>{lessonWords.found}</h3>
          {sentences.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      )}
      {words.paper && (
        <div className={css.paper}>
          <h3>{lessonWords.paper}</h3>
          <p>{words.paper}</p>
          <small>{lessonWords.cited}</small>
        </div>
      )}
      {words.ask && (
        <div>
          <p className={css.ask}>{words.ask.ask}</p>
          <details className={css.answer}>
            <summary>{lessonWords.answer}</summary>
            <p>{words.ask.answer}</p>
          </details>
        </div>
      )}
      {action}
      <p className={css.copy}>
        <CopyButton kind="link" text={forOthers(lessonLink(name, at))}>
          {lessonWords.copy}
        </CopyButton>
      </p>
    </>
  );
}

/** Trains what own runs lack of a part's figure, and says what that is, on what, how much is there already, and how long it takes. */
function Train({ experiment, name, source }: { experiment: Experiment; name: LessonName; source: Source }) {
  const blocked = useBlocked();
  const kept = useKeptRuns();
  // What the runs would be, and how long they take, follows these.
  useSettings();
  useStepTimes();
  const device = useCatalog((catalog) => catalog.device);
  const waiting = useRuns(({ runs }) => comingOf(experiment, runs));
  const busy = useRuns(({ current }) => current !== '');
  const missing = blocked ? [] : missingSpecs(experiment, kept);
  const specs = blocked ? [] : specsOf(experiment);
  const all = blocked ? experiment.arms.length * (experiment.train?.length ?? 1) * experiment.seeds.length : specs.length;
  const count = blocked ? all : missing.length;
  const on = conditionOfAll(specs, source.groups.flatMap(({ runs }) => runs));
  const train = () => {
    useChosenSource.setState({ [name]: 'own' });
    addSweep(missing);
  };
  if (!blocked && count === 0) return <p className={css.action}>{waiting > 0 ? lessonWords.running(waiting) : lessonWords.trained}</p>;
  return (
    <div className={css.action}>
      <Button disabled={blocked !== ''} onClick={train}>
        <Icon name="play" />
        {lessonWords.train(count)}
      </Button>
      <span>
        {lessonWords.trainOf(all / experiment.seeds.length, experiment.seeds.length, Math.max(0, all - count - waiting), on?.data ?? '', on?.model ?? '', on?.steps ?? '', on?.isOther ?? false)} {on && <InTrain />}
      </span>
      <span>{device && !device.ok ? blocked : timeText(missing, kept, source.seconds * count, source.device) || blocked}</span>
      {!blocked && (waiting > 0 || busy) && (
        <span role="status">
          {waiting > 0 && lessonWords.underway(waiting)} {busy && lessonWords.busy}
        </span>
      )}
    </div>
  );
}

/** Time that runs take here, as far as it is known; else what recording as many took. */
function timeText(missing: readonly RunSpec[], kept: readonly Run[], recorded: number, device: string): string {
  const { seconds, unknown } = timeOf(missing, kept);
  if (unknown < missing.length) return lessonWords.trainTime(formatAbout(seconds), unknown);
  return recorded > 0 ? lessonWords.trainLike(formatAbout(recorded), device) : '';
}

/** Tries another setting on the plans; the person's own stays. */
function TryOut({ part, words, what: { before, train, tried, tryOut } }: { part: Part; words: PartWords; what: WhatIf }) {
  const { batch, checkpoint_activations: again } = train;
  const next = part.tries!({ ...train });
  return (
    <div className={css.action}>
      <ButtonRow>
        <Button disabled={Object.keys(before).length === 0 || (next.batch === batch && 'batch' in next)} pressed={'checkpoint_activations' in next ? again === true : undefined} onClick={() => tryOut(next)}>
          {words.prepare}
        </Button>
        {tried && (
          <Button kind="quiet" onClick={() => tryOut(null)}>
            {lessonWords.takeBack}
          </Button>
        )}
      </ButtonRow>
      <span role="status">{'batch' in next ? lessonWords.tried.batch(formatCount(Number(batch))) : lessonWords.tried[again ? 'on' : 'off']}</span>
    </div>
  );
}
