import { Check } from '../kit/controls/Check';
import { Slider } from '../kit/controls/Slider';
import controls from '../kit/controls/controls.module.css';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import { FilterField } from './FilterField';
import { FolderChoice } from './Folders';
import { amountsOf, placeOf, spanOf } from '../core/runs/atMost';
import type { Compared } from '../core/runs/compared';
import { compareData } from '../core/runs/comparedData';
import { isRecorded, recordedRuns, useRecorded } from '../core/analyses/recorded';
import { counts } from '../core/runs/runGroups';
import type { Run } from '../core/runs/runs';
import { changeSettings, groupings, useSettings, type Grouping } from '../core/settings/settings';
import { useFiltered } from '../core/runs/table';
import { deviceName } from '../core/worker/deviceName';
import { whoseOf } from '../core/figures/whose';
import css from './compare.module.css';
import { tableWords } from '../core/words/table';
import { compareWords } from '../core/words/compare';
import { recordedWords } from '../core/words/recorded';

/** Controls for all that stands below: how runs are grouped, which are seen, and whose they are. */
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
      <FolderChoice runs={own} />
      <AtMost runs={all} />
      <Whose runs={all} />
      {own.length > 0 && <FilterField runs={all} error={error} />}
    </div>
  );
}

/** The budget of the comparison, where its runs have several sizes. */
function AtMost({ runs }: { runs: readonly Run[] }) {
  const atMost = useSettings((settings) => settings.atMost);
  const span = spanOf(runs.filter(counts));
  if (!span) return null;
  const amounts = amountsOf(span);
  const place = placeOf(span, atMost);
  return (
    <div className={css.most}>
      <Slider label={compareWords.atMost.label} text={place === amounts.length ? compareWords.atMost.all : formatCount(atMost)} min={0} max={amounts.length} value={place} onChange={(at) => changeSettings({ atMost: amounts[at] ?? 0 })} />
    </div>
  );
}

/** Source of the compared runs, where they are not all the person's own. */
function Whose({ runs }: { runs: readonly Run[] }) {
  const { command, steps, busy } = useRecorded();
  const recorded = runs.filter(isRecorded);
  const whose = whoseOf(runs);
  if (!whose) return null;
  const words = compareWords;
  // Who trained what is in the table: how many they were is for who asks.
  const among = runs.some(({ theirs }) => theirs);
  return (
    <span className={css.whose}>
      {among ? (
        <details className={css.how}>
          <summary>{words.whose}</summary>
          <div>
            <p>{whose}</p>
          </div>
        </details>
      ) : (
        <span className={css.tag}>{whose}</span>
      )}
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
