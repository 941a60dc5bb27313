import { CostFigure } from '../core/figures/Costs';
import { GroupCurves } from '../core/figures/GroupCurves';
import { sentencesOf } from '../core/figures/sentences';
import { whoseOf } from '../core/figures/whose';
import { part as loaded } from '../kit/controls/Part';
import { onlyRecorded, useCompared } from '../core/runs/compared';
import type { ViewName } from '../core/storage/shown';
import { useClassGuesses } from '../core/settings/guesses';
import { ClassGuesses } from './Guess';
import { lessonNames, type LessonName } from './names';
import { guessWords } from './words/guesses';
import { lessonWords } from './words/lessons';
import { MemoryChart } from './charts';
import { Fit } from './Fit';
import { About } from './parts';
import { Planned } from './Planned';
import { usePlanned } from './whatIf';
import { Room } from './Room';
import css from '../core/parts/stage.module.css';
import guessCss from './guess.module.css';
import { landscapeWords } from '../core/words/landscape';
import { insideWords } from '../core/words/inside';

const compare = ['parameters', 'loss', 'accuracy', 'memory'] as const;
const LandscapeSlide = loaded(() => import('./LandscapeSlide').then((module) => module.default), <p>{landscapeWords.loading}</p>);
const InsideSlide = loaded(() => import('./InsideSlide').then((module) => module.default), <p>{insideWords.loading}</p>);

/** Figures of a view that are presented one at a time, in their order. */
export function slidesOf(view: ViewName): readonly string[] {
  if (view === 'landscape') return ['map', 'surface', 'lines'];
  if (view === 'inside') return ['spectrum', 'cka', 'ranks', 'drift', 'angles'];
  return compare;
}

/** Slide of a lesson's guesses in a class. */
const guessesOf = 'guesses of ';

/** Slides of the guesses that a class has made, in the order of the lessons. */
export function useGuessSlides(): readonly string[] {
  const told = useClassGuesses();
  return lessonNames.filter((name) => told[name]?.some((count) => count > 0)).map((name) => guessesOf + name);
}

/** One figure of a view, as large as there is room. */
export function Slide({ view, name }: { view: ViewName; name: string }) {
  if (name.startsWith(guessesOf)) return <GuessSlide lesson={name.slice(guessesOf.length) as LessonName} />;
  if (view === 'landscape') return <LandscapeSlide figure={name} />;
  if (view === 'inside') return <InsideSlide figure={name} />;
  return <CompareSlide chart={name as (typeof compare)[number]} />;
}

/** What a class guessed, under the question. */
function GuessSlide({ lesson }: { lesson: LessonName }) {
  return (
    <div className={css.sheet}>
      <Room title={guessWords.lessons[lesson].ask}>
        <div className={guessCss.slide}>
          <ClassGuesses name={lesson} />
        </div>
      </Room>
    </div>
  );
}

/** A chart of the comparison, of its groups as they are put together there; the title of the first is what the runs allow to be said. */
function CompareSlide({ chart }: { chart: (typeof compare)[number] }) {
  const compared = useCompared();
  const { runs, groups } = compared;
  // The means are in the chart and its table.
  const [finding = '', ...others] = sentencesOf(compared, false);
  const about = chart === 'parameters';
  const source = runs.length > 0 && (whoseOf(runs) || lessonWords.whose.own);
  // Plans are for where nothing is compared yet.
  if (chart === 'memory' && groups.length === 0) return <PlansSlide />;
  return (
    <div className={css.sheet}>
      <Room title={about ? finding : lessonWords.alone[chart]}>
        {about && others.length > 0 && (
          <div className={css.caveats}>
            <Fit>{others.join(' ')}</Fit>
          </div>
        )}
        {chart === 'memory' || chart === 'parameters' ? <CostFigure groups={groups} cost={chart === 'memory' ? chart : 'trainable'} /> : <GroupCurves runs={runs} of={chart} />}
        {source && (
          <p className={css.source}>
            <span className={css.tag}>{source}</span>
            {/* The recorded ones are named already. */}
            {!onlyRecorded(compared) && <About runs={runs} />}
          </p>
        )}
      </Room>
    </div>
  );
}

/** Planned memory of the methods that are ticked in Train. */
function PlansSlide() {
  const plans = usePlanned();
  return (
    <div className={css.sheet}>
      <Room title={lessonWords.alone.plans}>
        <MemoryChart before={plans} now={plans} />
        <Planned />
      </Room>
    </div>
  );
}
