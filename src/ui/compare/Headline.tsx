import { Button } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { StartButton } from '../core/parts/Start';
import { addSweep } from '../core/runs/actions';
import { areOwn, dataById, modelById, useCatalog } from '../core/data/catalog';
import { onlyRecorded, type Compared } from '../core/runs/compared';
import { canCompare } from '../core/runs/comparedData';
import { timeOf } from '../core/runs/estimate';
import { openExport, pageOf } from '../core/runs/exports';
import { showExperiments } from '../core/runs/experimentSheet';
import { moreSeeds, seedsToCome } from '../core/runs/moreSeeds';
import { isRecorded } from '../core/analyses/recorded';
import { counts } from '../core/runs/runGroups';
import { canLeave, openRunsExport } from './store/runsExport';
import { changeSettings, useSettings } from '../core/settings/settings';
import { showShare } from '../core/settings/share';
import { go, isInClass, useShown } from '../core/storage/shown';
import { seedsTime, sentencesOf } from '../core/figures/sentences';
import css from './compare.module.css';
import { tableWords } from '../core/words/table';
import { compareWords } from '../core/words/compare';
import { experimentWords } from '../core/words/queue';
import { runsExportWords } from './words/runsExport';
import { useKeptRuns } from '../core/runs/runs';

const OwnResult = part(() => import('./OwnResult').then((module) => module.default));

/** Findings that the runs support, with counts and intervals, and what can be done next. */
export function Headline({ compared }: { compared: Compared }) {
  const [first, ...others] = sentencesOf(compared);
  const best = ownBest(compared);
  return (
    <header className={css.headline}>
      <div>
        <h2>{first}</h2>
        {others.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <NextSteps compared={compared} />
      {best && <OwnResult key={best.id} run={best} among={compared.runs.filter(counts).length} />}
    </header>
  );
}

/** The run of one's own that leaves as a page; undefined where there is none. */
const ownBest = ({ runs }: Compared) => pageOf(runs.filter((run) => !isRecorded(run)));

function NextSteps({ compared }: { compared: Compared }) {
  const kept = useKeptRuns();
  const inClass = useShown(isInClass);
  const own = compared.runs.some(counts) && !onlyRecorded(compared);
  const best = ownBest(compared);
  // Nothing is compared: what comes next is to use it, and to hand it on.
  const isOwn = useCatalog((catalog) => areOwn(dataById(catalog, best?.spec.data ?? '')));
  const one = isOwn && !canCompare(compared.runs.filter((run) => !isRecorded(run)));
  const filtered = useSettings((settings) => settings.filter !== '' || settings.atMost > 0) && !compared.runs.some(counts) && compared.all.some(counts);
  return (
    <div className={css.next}>
      {filtered && (
        <Button kind="primary" onClick={() => changeSettings({ filter: '', atMost: 0 })}>
          {tableWords.clear}
        </Button>
      )}
      {own ? (
        <>
          {/* A class has its own seeds, and its own experiments. */}
          {!inClass && !one && <AddSeeds compared={compared} />}
          <Button kind={one ? 'primary' : 'plain'} onClick={() => go('try')}>{compareWords.try}</Button>
          {best && <Button onClick={() => openExport(best, 'web')}>{compareWords.page}</Button>}
          {!inClass && one && <AddSeeds compared={compared} plain />}
        </>
      ) : (
        !inClass && (
          <>
            <StartButton text={compareWords.train} />
            <Button title={experimentWords.about} onClick={() => showExperiments()}>{experimentWords.button}</Button>
          </>
        )
      )}
      {[...kept, ...compared.runs].some(canLeave) && <Button onClick={() => openRunsExport(compared.runs.filter(canLeave).map(({ id }) => id), compared.atMost)}>{runsExportWords.button}</Button>}
      <Button onClick={showShare}>{compareWords.share}</Button>
    </div>
  );
}

/** Two further seeds of every setting: what an interval needs; `plain` where something else is the next thing to do. It says how long they take, where that is known. */
function AddSeeds({ compared, plain = false }: { compared: Compared; plain?: boolean }) {
  const kept = useKeptRuns();
  const catalog = useCatalog();
  const specs = moreSeeds(compared.runs, kept).filter((spec) => modelById(catalog, spec.model) && dataById(catalog, spec.data));
  if (specs.length === 0 || !catalog.device?.ok) return null;
  const { seconds, unknown } = timeOf(specs, kept);
  const single = compared.groups.every((group) => group.seeds.length < 2);
  const toCome = seedsToCome(compared.runs, kept).length;
  return (
    <span className={css.seeds}>
      <Button kind={single && !plain ? 'primary' : 'plain'} disabled={toCome > 0} onClick={() => addSweep(specs)}>
        {compareWords.addSeeds}
      </Button>
      <small>{toCome > 0 ? compareWords.seedsToCome(toCome) : seedsTime(specs.length, seconds, unknown)}</small>
    </span>
  );
}
