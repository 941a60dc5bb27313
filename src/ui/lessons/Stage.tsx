import { useEffect } from 'react';
import { Button } from '../controls/Button';
import { Icon } from '../controls/Icon';
import { part as loaded } from '../controls/Part';
import { deedOf } from '../keys';
import { lessonsButton } from '../panels/LessonsSheet';
import { useBlocked } from '../panels/Start';
import { presses } from '../shortcuts';
import { useAnalysable } from '../store/analyses';
import { useCatalog } from '../store/catalog';
import { rank } from '../store/findings';
import { useLandscapeOf } from '../store/landscape';
import type { Group } from '../store/seedGroups';
import { changeSettings, useSettings } from '../store/settings';
import { allShown, useShown } from '../store/shown';
import { recordedRuns } from '../store/recorded';
import type { Run } from '../store/runs';
import { useDrawnRuns, useKeptRuns } from '../store/view';
import type { Landscape } from '../../train/analysis.meta';
import type { Plan } from '../../train/protocol';
import { t } from '../strings';
import { lessonWords, type PartWords } from '../words/lessons';
import { rankingText } from '../words/recorded';
import { useAtHand } from './atHand';
import { AgainstChart, CurveChart, MemoryChart } from './charts';
import { Drawing } from './Drawing';
import { runsOf, trainExperiment } from './experiment';
import { lessons, type Part } from './lessons';
import type { LessonName } from './names';
import { WalkDeed } from './WalkDeed';
import css from './stage.module.css';

/** Drawing a landscape takes libraries that other lessons do not need. */
const Walk = loaded(() => import('./Walk').then((module) => module.default), <p>{t.landscape.loading}</p>);

const anything = (): boolean => true;
const noRuns: Run[] = [];
const atParameters = (group: Group): number => group.parameters;
const atShots = (group: Group): number => group.runs[0].spec.train.shots;
/** What is presented where no lesson is open. */
const charts = ['loss', 'accuracy', 'parameters', 'memory'] as const;

/** One chart at a time, with a lesson's text beside it, or alone. Space and arrow keys move on, Escape leaves. */
export default function Stage() {
  const { present, lesson, part } = useShown();
  const parts = lesson ? lessons[lesson as LessonName].length : charts.length;
  const at = Math.min(part, parts - 1);
  useEffect(() => {
    if (present) document.documentElement.dataset.mode = 'present';
    return () => void delete document.documentElement.dataset.mode;
  }, [present]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      if ((event.target as Element).matches(event.key === ' ' ? presses : 'input, textarea, select, [role=slider]')) return;
      const deed = deedOf(event, true);
      if (deed === 'next') move(at + 1, parts);
      else if (deed === 'back') move(at - 1, parts);
      else if (deed === 'leave') leave();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [at, parts]);
  useEffect(() => {
    scrollTo(0, 0);
  }, [lesson]);
  // Keys are the stage's from the start, and not those of the button that opened it, which a closing sheet gives the focus to; leaving goes back there.
  useEffect(() => {
    const focus = (id: string) => document.getElementById(id)?.focus({ preventScroll: true });
    const timer = setTimeout(() => focus('main'));
    return () => {
      clearTimeout(timer);
      focus(document.getElementById(lessonsButton) ? lessonsButton : 'main');
    };
  }, []);
  return (
    <>
      {lesson ? <LessonPart key={`${lesson} ${at}`} name={lesson as LessonName} at={at} /> : <Alone chart={charts[at]} />}
      <div className={css.deck}>
        <ol aria-label={lessonWords.progress(at + 1, parts)}>
          {Array.from({ length: parts }, (_, i) => (
            <li key={i} className={i === at ? css.now : i < at ? css.past : undefined} aria-current={i === at ? 'step' : undefined} />
          ))}
        </ol>
        <span aria-live="polite">{lessonWords.part(at + 1, parts)}</span>
        <span className={css.moves}>
          <Button kind="quiet" pressed={present} onClick={() => useShown.setState({ present: !present, ...(present && !lesson ? allShown : {}) })}>
            {lessonWords.larger}
          </Button>
          <Button kind="quiet" onClick={leave}>
            {lessonWords.leave} <kbd>Esc</kbd>
          </Button>
          <Button disabled={at === 0} onClick={() => move(at - 1, parts)}>
            {lessonWords.back} <kbd>←</kbd>
          </Button>
          <Button kind="primary" disabled={at === parts - 1} onClick={() => move(at + 1, parts)}>
            {lessonWords.next} <kbd>→</kbd>
          </Button>
        </span>
      </div>
    </>
  );
}

const move = (to: number, parts: number): void => useShown.setState({ part: Math.max(0, Math.min(parts - 1, to)) });
const leave = (): void => useShown.setState({ present: false, lesson: '', part: 0 });

function usePlans(): Record<string, Plan> {
  const plans = useCatalog((catalog) => catalog.plans);
  return Object.fromEntries(Object.entries(plans).flatMap(([method, one]) => ('plan' in one ? [[method, one.plan]] : [])));
}

function LessonPart({ name, at }: { name: LessonName; at: number }) {
  const part: Part = lessons[name][at];
  const words: PartWords = lessonWords.lessons[name].parts[at];
  const { groups, whose } = useAtHand(part.pick, part.least, part.recording);
  const plans = usePlans();
  const isWalk = name === 'landscape';
  const analysable = useAnalysable();
  const { made: landscape } = useLandscapeOf(isWalk ? analysable : noRuns);
  const found = words.found.map((say) => say({ groups, plans, landscape })).filter(Boolean);
  return (
    <div className={css.stage}>
      <section className={css.chart}>
        <h1>{words.title}</h1>
        <Chart chart={part.chart} groups={groups} landscape={landscape} />
        <p>
          <span className={css.tag}>{isWalk && part.chart !== 'loss' && !landscape ? lessonWords.whose.none : (lessonWords.source[part.chart] ?? lessonWords.whose[whose])}</span>
        </p>
      </section>
      <aside className={css.lesson} aria-label={lessonWords.lesson}>
        <h2>{lessonWords.lessons[name].title}</h2>
        {words.text.map((text) => (
          <p key={text}>{text}</p>
        ))}
        {part.drawing && <Drawing of={part.drawing} />}
        {found.length > 0 && (
          <div className={css.found}>
            <h3>{lessonWords.found}</h3>
            {found.map((text) => (
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
        {isWalk ? <WalkDeed made={landscape} /> : <Deed part={part} words={words} />}
        {words.ask && <p className={css.ask}>{words.ask}</p>}
      </aside>
    </div>
  );
}

/** What can be done in a part: runs to train, or settings to prepare. */
function Deed({ part, words }: { part: Part; words: PartWords }) {
  const blocked = useBlocked();
  const waiting = useKeptRuns().some((run) => run.state === 'waiting' || run.state === 'running');
  const settings = useSettings();
  const software = useCatalog((catalog) => catalog.device?.software ?? false);
  if (part.experiment) {
    const { experiment } = part;
    return (
      <div className={css.deed}>
        <Button disabled={blocked !== '' || waiting} onClick={() => trainExperiment(experiment)}>
          <Icon name="play" />
          {lessonWords.train(runsOf(experiment))}
        </Button>
        {waiting ? <span role="status">{lessonWords.running}</span> : blocked && <span>{blocked}</span>}
      </div>
    );
  }
  if (!part.prepare) return null;
  return (
    <div className={css.deed}>
      <Button onClick={() => changeSettings(part.prepare!(settings, software))}>{words.prepare}</Button>
      <span>{t.settingsBrief(settings.train)}</span>
    </div>
  );
}

function Chart({ chart, groups, landscape = null }: { chart: Part['chart']; groups: readonly Group[]; landscape?: Landscape | null }) {
  const drawn = useDrawnRuns();
  if (chart === 'memory') return <MemoryChart />;
  if (chart === 'plane' || chart === 'paths' || chart === 'between')
    return <Walk view={chart} made={landscape} />;
  if (chart === 'loss') return <CurveChart runs={drawn} of="loss" />;
  if (groups.length === 0) return <p>{lessonWords.empty}</p>;
  const by = chart === 'shots' ? 'shots' : 'parameters';
  return <AgainstChart groups={groups} at={by === 'shots' ? atShots : atParameters} title={lessonWords.charts[by]} xLabel={lessonWords.axes[by]} words={lessonWords.words[by]} />;
}

/** A chart without a lesson; its title is what the runs allow to be said. */
function Alone({ chart }: { chart: (typeof charts)[number] }) {
  const runs = useDrawnRuns();
  const { groups } = useAtHand(anything, 2);
  const ranking = rank(groups);
  const curves = runs.length > 0 ? runs : recordedRuns().slice(0, 4);
  const finding = ranking && rankingText(ranking);
  const titles = { ...lessonWords.alone, accuracy: finding || t.compare.splits.test.title, parameters: finding || lessonWords.charts.parameters };
  return (
    <div className={`${css.stage} ${css.alone}`}>
      <section className={css.chart}>
        <h1>{titles[chart]}</h1>
        {chart === 'memory' ? <MemoryChart /> : chart === 'parameters' ? <Chart chart="parameters" groups={groups} /> : <CurveChart runs={curves} of={chart} />}
      </section>
    </div>
  );
}
