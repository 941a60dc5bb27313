import { GroupCurves } from '../compare/GroupCurves';
import { part as loaded } from '../controls/Part';
import { rank } from '../store/findings';
import { useCompared } from '../store/compared';
import { groupsOf } from '../store/seedGroups';
import type { ViewName } from '../store/shown';
import { t } from '../strings';
import { lessonWords } from '../words/lessons';
import { findingText } from '../words/recorded';
import { MemoryChart, ParametersChart } from './charts';
import { useWhatIf } from './whatIf';
import { Room } from './Room';
import css from './stage.module.css';

const compare = ['parameters', 'loss', 'accuracy', 'memory'] as const;
const LandscapeSlide = loaded(() => import('./LandscapeSlide').then((module) => module.default), <p>{t.landscape.loading}</p>);
const InsideSlide = loaded(() => import('./InsideSlide').then((module) => module.default), <p>{t.inside.loading}</p>);

/** Figures of a view that are presented one at a time, in their order. */
export function slidesOf(view: ViewName): readonly string[] {
  if (view === 'landscape') return ['map', 'surface', 'lines'];
  if (view === 'inside') return ['spectrum', 'cka', 'ranks', 'drift', 'angles'];
  return compare;
}

/** One figure of a view, as large as there is room. */
export function Slide({ view, at }: { view: ViewName; at: number }) {
  const name = slidesOf(view)[at];
  if (view === 'landscape') return <LandscapeSlide figure={name} />;
  if (view === 'inside') return <InsideSlide figure={name} />;
  return <CompareSlide chart={name as (typeof compare)[number]} />;
}

/** A chart of the comparison; its title is what the runs allow to be said. */
function CompareSlide({ chart }: { chart: (typeof compare)[number] }) {
  const { runs } = useCompared();
  const groups = groupsOf(runs);
  const { before } = useWhatIf();
  const ranking = rank(groups);
  const finding = ranking && findingText(ranking);
  const titles = { ...lessonWords.alone, accuracy: finding || t.compare.splits.test.title, parameters: finding || lessonWords.charts.parameters };
  return (
    <div className={css.sheet}>
      <Room title={titles[chart]}>
        {ranking && ranking.caveats.length > 0 && (chart === 'accuracy' || chart === 'parameters') && <p className={css.caveats}>{ranking.caveats.join(' ')}</p>}
        {chart === 'memory' ? <MemoryChart before={before} now={before} /> : chart === 'parameters' ? groups.length > 0 ? <ParametersChart groups={groups} /> : <p>{t.compare.none}</p> : <GroupCurves runs={runs} of={chart} />}
      </Room>
    </div>
  );
}
