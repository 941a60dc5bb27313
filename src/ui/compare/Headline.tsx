import { Button } from '../controls/Button';
import { StartButton } from '../panels/Start';
import { addSweep } from '../store/actions';
import { dataById, modelById, useCatalog } from '../store/catalog';
import { onlyRecorded, type Compared } from '../store/compared';
import { timeOf } from '../store/estimate';
import { showExperiments } from '../store/experimentSheet';
import { moreSeeds, seedsToCome } from '../store/moreSeeds';
import { isRecorded } from '../store/recorded';
import { counts } from '../store/runGroups';
import { canLeave, openRunsExport } from '../store/runsExport';
import { changeSettings, useSettings } from '../store/settings';
import { showShare } from '../store/share';
import { go, isInClass, useShown } from '../store/shown';
import { seedsTime, sentencesOf } from './sentences';
import css from './compare.module.css';
import { tableWords } from '../words/table';
import { compareWords } from '../words/compare';
import { experimentWords } from '../words/queue';
import { runsExportWords } from '../words/runsExport';
import { useKeptRuns } from '../store/runs';

/** What the runs allow to be said, with counts and intervals, and what can be done next. */
export function Headline({ compared }: { compared: Compared }) {
  const [first, ...others] = sentencesOf(compared);
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

function NextSteps({ compared }: { compared: Compared }) {
  const kept = useKeptRuns();
  const inClass = useShown(isInClass);
  const own = compared.runs.some(counts) && !onlyRecorded(compared);
  const filtered = useSettings((settings) => settings.filter !== '') && !compared.runs.some(counts) && compared.all.some(counts);
  return (
    <div className={css.next}>
      {filtered && (
        <Button kind="primary" onClick={() => changeSettings({ filter: '' })}>
          {tableWords.clear}
        </Button>
      )}
      {own ? (
        <>
          {/* A class has its own seeds, and its own experiments. */}
          {!inClass && <AddSeeds compared={compared} />}
          <Button onClick={() => go('try')}>{compareWords.try}</Button>
        </>
      ) : (
        !inClass && (
          <>
            <StartButton text={compareWords.train} />
            <Button title={experimentWords.about} onClick={() => showExperiments()}>{experimentWords.button}</Button>
          </>
        )
      )}
      {kept.some(canLeave) && <Button onClick={() => openRunsExport(compared.runs.filter((run) => !isRecorded(run) && canLeave(run)).map(({ id }) => id))}>{runsExportWords.button}</Button>}
      <Button onClick={showShare}>{compareWords.share}</Button>
    </div>
  );
}

/** Two further seeds of every setting: what an interval needs. It says how long they take, where that is known. */
function AddSeeds({ compared }: { compared: Compared }) {
  const kept = useKeptRuns();
  const catalog = useCatalog();
  const specs = moreSeeds(compared.runs, kept).filter((spec) => modelById(catalog, spec.model) && dataById(catalog, spec.data));
  if (specs.length === 0 || !catalog.device?.ok) return null;
  const { seconds, unknown } = timeOf(specs, kept);
  const single = compared.groups.every((group) => group.seeds.length < 2);
  const toCome = seedsToCome(compared.runs, kept).length;
  return (
    <span className={css.seeds}>
      <Button kind={single ? 'primary' : 'plain'} disabled={toCome > 0} onClick={() => addSweep(specs)}>
        {compareWords.addSeeds}
      </Button>
      <small>{toCome > 0 ? compareWords.seedsToCome(toCome) : seedsTime(specs.length, seconds, unknown)}</small>
    </span>
  );
}
