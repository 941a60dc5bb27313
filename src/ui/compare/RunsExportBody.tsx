import { useId } from 'react';
import type { RunsFormat } from '../../train/protocol';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { Check } from '../kit/controls/Check';
import { SheetFoot } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { partsOf } from '../../language/format';
import { isLive, useKeptRuns } from '../core/runs/runs';
import { canLeaveNow, chooseRuns, chooseRunsFormat, exportable, exportChosenRuns, useRunsExport } from './store/runsExport';
import { changeSettings, useSettings } from '../core/settings/settings';
import { isRecorded, useRecorded, withOthers } from '../core/analyses/recorded';
import { besideName, describeSpec } from '../core/runs/specs';
import css from '../core/parts/exportSheet.module.css';
import { runsExportWords } from './words/runsExport';
import { runsWords } from '../core/words/runs';
import { tableWords } from '../core/words/table';

const formats = Object.keys(runsExportWords.formats) as RunsFormat[];

/** Choice of the runs to export, and of their format. */
export default function RunsExportBody() {
  const { chosen, format, status, error } = useRunsExport();
  const [played, others] = [useRecorded((state) => state.runs), useRecorded((state) => state.others)];
  const runs = exportable(useKeptRuns(), withOthers({ runs: played, others }));
  const count = runs.filter((run) => canLeaveNow(run) && chosen.includes(run.id)).length;
  const several = new Set(runs.map((run) => run.spec.data)).size > 1;
  const toggle = (id: string, on: boolean) => chooseRuns(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <div className={css.body}>
      <fieldset className={css.formats}>
        <legend className={css.legend}>{runsExportWords.which}</legend>
        <div className={css.all}>
          <Button kind="quiet" small onClick={() => chooseRuns(runs.filter(canLeaveNow).map((run) => run.id))}>
            {runsExportWords.all}
          </Button>
          <Button kind="quiet" small onClick={() => chooseRuns([])}>
            {runsExportWords.none}
          </Button>
        </div>
        <ul className={css.runs}>
          {runs.map((run) => (
            <li key={run.id}>
              <Check checked={canLeaveNow(run) && chosen.includes(run.id)} disabled={!canLeaveNow(run)} onChange={(on) => toggle(run.id, on)}>
                <MethodKey method={run.spec.method.method}>
                  {describeSpec(run.spec)} <small>{partsOf([isRecorded(run) && tableWords.sources.recorded, several && run.dataTitle, besideName(run) && !isRecorded(run) && run.name, isLive(run) ? runsExportWords.goesOn : run.state !== 'done' && runsWords.states[run.state]])}</small>
                </MethodKey>
              </Check>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset className={css.formats}>
        <legend className="sr">{runsExportWords.legend}</legend>
        {formats.map((one) => (
          <Format key={one} format={one} chosen={one === format} />
        ))}
      </fieldset>
      <Person />
      <SheetFoot>
        <div role="status" className={css.outcome}>
          {count === 0 && <Note sign="info">{runsExportWords.nothing}</Note>}
          {status === 'working' && <Note sign="wait">{runsExportWords.making}</Note>}
          {status === 'failed' && <Note sign="err">{error}</Note>}
        </div>
        <ButtonRow>
          <Button kind="primary" disabled={count === 0 || status === 'working'} onClick={() => void exportChosenRuns()}>
            {runsExportWords.start(count)}
          </Button>
        </ButtonRow>
      </SheetFoot>
    </div>
  );
}

/** Forms that others have laid down, without a place for a name. */
const nameless: readonly RunsFormat[] = ['peft-json', 'tensorboard'];

/** Name of the person whose runs they are, kept for the next time. */
function Person() {
  const id = useId();
  const format = useRunsExport((state) => state.format);
  const person = useSettings((settings) => settings.person);
  return (
    <div>
      <label htmlFor={id}>{runsExportWords.person}</label>
      <input id={id} className={controls.input} value={person} maxLength={80} autoComplete="name" aria-describedby={`${id}-use`} onChange={({ target }) => changeSettings({ person: target.value })} />
      <p id={`${id}-use`}>{runsExportWords.personHint(!nameless.includes(format))}</p>
    </div>
  );
}

function Format({ format, chosen }: { format: RunsFormat; chosen: boolean }) {
  const id = useId();
  const words = runsExportWords.formats[format];
  return (
    <div className={css.format}>
      <input type="radio" id={id} name="runs-export-format" checked={chosen} aria-describedby={`${id}-use`} onChange={() => chooseRunsFormat(format)} />
      <div>
        <label htmlFor={id}>{words.title}</label>
        <p id={`${id}-use`}>{words.use}</p>
      </div>
    </div>
  );
}
