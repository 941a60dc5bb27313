import { Button } from '../controls/Button';
import { formatCount, formatDuration, formatHalfWidth, formatPercent } from '../format';
import { StartButton } from '../panels/Start';
import { addSweep } from '../store/actions';
import { dataById, modelById, useCatalog } from '../store/catalog';
import { onlyRecorded, type Compared } from '../store/compared';
import { estimate, stepsOf } from '../store/estimate';
import { showExperiments } from '../store/experimentSheet';
import { factNamed } from '../store/facts';
import { intervalOf } from '../store/interval';
import { moreSeeds } from '../store/moreSeeds';
import { isRecorded } from '../store/recorded';
import { caveatsOf, counts, groupRuns, meanFact, nameOf, offBudgets, verdict, type Group } from '../store/runGroups';
import { testEvaluation, type Run } from '../store/runs';
import { canLeave, openRunsExport } from '../store/runsExport';
import { showShare } from '../store/share';
import { go } from '../store/shown';
import { toast } from '../store/toast';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';
import css from './compare.module.css';

/** Groups whose means stand under the headline; the table has all. */
const most = 4;

/** What the runs allow to be said, with counts and intervals, and what can be done next. */
export function Headline({ compared }: { compared: Compared }) {
  const { runs, by } = compared;
  // Single runs say little; what they are runs of can be told apart.
  const groups = by === 'run' ? groupRuns(runs, 'seed') : compared.groups;
  const [first, ...others] = sentencesOf(groups, by === 'run' ? 'seed' : by, compared.all);
  return (
    <header className={css.headline}>
      <div>
        <h2>{first}</h2>
        {others.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <NextSteps compared={compared} />
    </header>
  );
}

/** The headline, and what stands under it. */
function sentencesOf(groups: readonly Group[], by: Compared['by'], all: readonly Run[]): string[] {
  const words = t.comparing;
  const ranked = groups.flatMap((group) => {
    const mean = meanFact(group, factNamed('accuracy')!);
    return mean ? [{ group, mean }] : [];
  }).sort((a, b) => b.mean.mean - a.mean.mean);
  if (ranked.length === 0) return all.length === 0 ? [words.none, words.empty] : [words.none, all.some(counts) ? words.filtered : words.waiting];
  const pictures = new Set(ranked.flatMap(({ group }) => group.counted.map((run) => testEvaluation(run)!.count)));
  const onPictures = pictures.size === 1 ? formatCount([...pictures][0]) : '';
  if (ranked.length === 1) {
    const [{ group, mean }] = ranked;
    if (mean.interval !== null) return [words.oneMean(nameOf(group), formatPercent(mean.mean), formatHalfWidth(mean.interval), mean.n)];
    const test = testEvaluation(group.counted[0])!;
    const [low, high] = intervalOf(test).map(formatPercent);
    return [words.one(nameOf(group), formatPercent(mean.mean), formatCount(test.count)), words.wilson(low, high)];
  }
  // What the sentences leave out is not among their numbers either.
  const off = offBudgets(groups);
  const stated = ranked.filter(({ group }) => !off.has(group.key));
  const rows = stated.slice(0, ranked.length === most + 1 ? most + 1 : most).map(({ group, mean }) => words.row(nameOf(group), formatPercent(mean.mean), mean.interval ? formatHalfWidth(mean.interval) : '', mean.n).replaceAll(' ', '\u00a0'));
  if (ranked.length > rows.length) rows.push(words.more(ranked.length - rows.length));
  return [...verdict(groups, by), ...caveatsOf(groups), words.numbers(rows.join(' · '), onPictures)];
}

function NextSteps({ compared }: { compared: Compared }) {
  const kept = useKeptRuns();
  const own = compared.runs.some(counts) && !onlyRecorded(compared);
  return (
    <div className={css.next}>
      {own ? (
        <>
          <AddSeeds compared={compared} />
          <Button onClick={() => go('try')}>{t.comparing.try}</Button>
        </>
      ) : (
        <>
          <StartButton text={t.comparing.train} />
          <Button onClick={() => showExperiments()}>{t.experiments.button}</Button>
        </>
      )}
      {kept.some(canLeave) && <Button onClick={() => openRunsExport(compared.runs.filter((run) => !isRecorded(run) && canLeave(run)).map(({ id }) => id))}>{t.runsExport.button}</Button>}
      <Button onClick={showShare}>{t.comparing.share}</Button>
    </div>
  );
}

/** Two further seeds of every setting: what an interval needs. It says how long they take, where that is known. */
function AddSeeds({ compared }: { compared: Compared }) {
  const kept = useKeptRuns();
  const catalog = useCatalog();
  const specs = moreSeeds(compared.runs, kept).filter((spec) => modelById(catalog, spec.model) && dataById(catalog, spec.data));
  if (specs.length === 0 || !catalog.device?.ok) return null;
  const { seconds, unknown } = estimate(specs, (spec) => stepsOf(spec, dataById(catalog, spec.data)), kept, catalog.device.description);
  const time = unknown < specs.length ? formatDuration(seconds) : '';
  const single = compared.groups.every((group) => group.seeds.length < 2);
  const add = () => {
    addSweep(specs);
    toast(t.comparing.seedsAdded(specs.length));
  };
  return (
    <span className={css.seeds}>
      <Button kind={single ? 'primary' : 'plain'} onClick={add}>
        {t.comparing.addSeeds}
      </Button>
      <small>{unknown > 0 && time ? t.comparing.seedsTakePartly(specs.length, time) : t.comparing.seedsTake(specs.length, time)}</small>
    </span>
  );
}
