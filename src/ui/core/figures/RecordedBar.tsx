import { Button } from '../../kit/controls/Button';
import { Check } from '../../kit/controls/Check';
import { Icon } from '../../kit/controls/Icon';
import { formatCount, partsOf } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { chosenSpecs } from '../runs/again';
import { useCatalog } from '../data/catalog';
import { rank } from '../runs/findings';
import { groupsOf } from '../runs/seedGroups';
import { differsFromRecorded, firstSettings, pauseRecorded, playRecorded, recordedRuns, seekRecorded, useRecorded } from '../analyses/recorded';
import { useSettings } from '../settings/settings';
import { useComparedRuns, useRecordedFits, useRecordedShown } from '../runs/view';
import { deviceName } from '../worker/deviceName';
import { recordedWords } from '../words/recorded';
import css from './recorded.module.css';
import { findingText, meanOffBudget, meanOfGroup } from '../words/ranking';

/** Says that the lines are recorded, plays them, tells what they allow to be said and, unless that is too much, how they were made. */
export function RecordedBar({ how = true }: { how?: boolean }) {
  const { runs, steps, at, playing, command, budget, notes, busy } = useRecorded();
  // On the first screen nothing else is drawn.
  const drawn = useRecordedShown();
  const shown = drawn.shown || !how;
  const own = useComparedRuns();
  // Beside other data there is nothing to show or to hide.
  const fits = useRecordedFits();
  if (runs.length === 0 || (how && !fits)) return null;
  const groups = groupsOf(firstSettings(recordedRuns()));
  const ranking = rank(groups);
  const { modelTitle, dataTitle } = defined(runs[0]);
  const finding = ranking && (
    <p className={css.finding}>
      {findingText(ranking)} <span>{ranking.caveats.join(' ')}</span> <small>{recordedWords.accuracy(partsOf([...[...ranking.top, ...ranking.below].map(meanOfGroup), ...ranking.off.map((group) => meanOffBudget(group, budget))]))}</small>
    </p>
  );
  return (
    <div className={css.recorded}>
      <div className={css.line}>
        {shown && <span className={css.tag}>{how ? recordedWords.one : recordedWords.tag(dataTitle, modelTitle, Math.max(...groups.map((group) => group.accuracy.n)))}</span>}
        {how && own.length > 0 && (
          <Check checked={shown} onChange={(on) => useRecorded.setState({ wanted: on })}>
            {recordedWords.shown}
            {drawn.away && <small> {recordedWords.away[drawn.away]}</small>}
          </Check>
        )}
        {shown && (
          <>
            <Button small onClick={playing ? pauseRecorded : playRecorded}>
              <Icon name={playing ? 'pause' : 'play'} />
              {playing ? recordedWords.pause : recordedWords.play}
            </Button>
            <input type="range" min={0} max={steps} value={Math.floor(at)} aria-label={recordedWords.place} aria-valuetext={recordedWords.at(formatCount(Math.floor(at)), formatCount(steps))} onChange={(event) => seekRecorded(Number(event.target.value))} />
            <span className={css.at}>{recordedWords.at(formatCount(Math.floor(at)), formatCount(steps))}</span>
          </>
        )}
      </div>
      {how && shown && <Differs />}
      {/* It keeps its room while the lines grow: nothing moves when it comes. */}
      {!how && <div className={at < steps ? css.later : undefined}>{finding}</div>}
      {how && shown && (
        <details className={css.how}>
          <summary>{recordedWords.how}</summary>
          {finding}
          <p>
            {recordedWords.about(dataTitle, modelTitle, steps, deviceName(defined(recordedRuns()[0]).summary!.device))} {busy && recordedWords.busy}
          </p>
          {Object.entries(notes).map(([method, note]) => (
            <p key={method}>{recordedWords.note(methodLook(method).title, note)}</p>
          ))}
          <code>{command}</code>
        </details>
      )}
    </div>
  );
}

/** Settings of the next runs that differ from those of the recorded runs drawn beside them. */
function Differs() {
  const settings = useSettings();
  const rows = useCatalog((catalog) => catalog.rows);
  const differs = rows.length > 0 ? differsFromRecorded(chosenSpecs(settings, rows), recordedRuns()) : '';
  return differs && <p className={css.how}>{recordedWords.differs(differs)}</p>;
}
