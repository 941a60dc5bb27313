import { Check } from '../controls/Check';
import controls from '../controls/controls.module.css';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import { FilterField } from '../panels/FilterField';
import type { Compared } from '../store/compared';
import { compareData } from '../store/comparedData';
import { isRecorded, recordedRuns, useRecorded } from '../store/recorded';
import { counts } from '../store/runGroups';
import type { Run } from '../store/runs';
import { changeSettings, groupings, useSettings, type Grouping } from '../store/settings';
import { useFiltered } from '../store/table';
import { deviceName } from '../deviceName';
import { whoseOf } from './whose';
import css from './compare.module.css';
import { tableWords } from '../words/table';
import { compareWords } from '../words/compare';
import { recordedWords } from '../words/recorded';

/** How runs are put together, which are seen, and whose they are: for all that stands below. */
export function Tools({ compared }: { compared: Compared }) {
  const { all, data, choices, recordedFits, recordedShown } = compared;
  const group = useSettings((settings) => settings.group);
  const { error } = useFiltered(all);
  const away = useRecorded((recorded) => recorded.wanted === null) && !recordedShown;
  if (all.length === 0) return null;
  const own = all.filter((run) => !isRecorded(run));
  return (
    <div className={css.tools}>
      <label className={css.pick}>
        <span className={controls.label}>{tableWords.group}</span>
        <select className={controls.select} value={group} onChange={(event) => changeSettings({ group: event.target.value as Grouping })}>
          {groupings.map((one) => (
            <option key={one} value={one}>
              {tableWords.groups[one]}
            </option>
          ))}
        </select>
      </label>
      {choices.length > 1 && group !== 'data' && (
        <label className={css.pick}>
          <span className={controls.label}>{compareWords.data}</span>
          <select className={controls.select} value={data} onChange={(event) => compareData(event.target.value)}>
            {choices.map(({ id, title, runs }) => (
              <option key={id} value={id}>
                {compareWords.dataChoice(title, runs)}
              </option>
            ))}
          </select>
        </label>
      )}
      {own.length > 0 && recordedFits && (
        <Check checked={recordedShown} onChange={(on) => useRecorded.setState({ wanted: on })}>
          {compareWords.showRecorded}
          {away && <small> {recordedWords.away[own.some(counts) ? 'ended' : 'inClass']}</small>}
        </Check>
      )}
      <Whose runs={all} />
      {own.length > 0 && <FilterField runs={all} error={error} />}
    </div>
  );
}

/** Whose runs are compared, where they are not all the person's own. */
function Whose({ runs }: { runs: readonly Run[] }) {
  const { command, steps, busy } = useRecorded();
  const recorded = runs.filter(isRecorded);
  const whose = whoseOf(runs);
  if (!whose) return null;
  const words = compareWords;
  return (
    <span className={css.whose}>
      <span className={css.tag}>{whose}</span>
      {recorded.length > 0 && (
        <details className={css.how}>
          <summary>{words.how}</summary>
          <div>
            <p>
              {words.about(defined(recorded[0]).dataTitle, defined(recorded[0]).modelTitle, formatCount(steps), deviceName(defined(recordedRuns()[0]).summary!.device))} {busy && recordedWords.busy}
            </p>
            <code>{command}</code>
          </div>
        </details>
      )}
    </span>
  );
}
