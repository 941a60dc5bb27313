import { useRef, useState } from 'react';
import { Button, ButtonRow } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { Panel } from '../controls/Panel';
import { Note } from '../controls/Sign';
import controls from '../controls/controls.module.css';
import { useBaselines } from '../store/baselines';
import { verdict } from '../store/runGroups';
import { isLive, useRuns, type Run } from '../store/runs';
import { addRuns, forgetErrors, useRunsImport } from '../store/runsImport';
import { changeSettings, groupings, useSettings, type Grouping } from '../store/settings';
import { useTable } from '../store/table';
import { tabId } from '../store/tabs';
import { useComparedRuns, useKeptRuns, useSelectedRun } from '../store/view';
import { t } from '../strings';
import { FilterField } from './FilterField';
import { RunDetails } from './RunDetails';
import { RunsExportButton } from './RunsExportSheet';
import { RunsTable } from './RunsTable';
import { StartButton } from './Start';
import css from './runs.module.css';

/** All runs with what tells them apart: filtered, sorted, put together with means and intervals. */
export function RunsPanel() {
  const kept = useKeptRuns();
  // What runs or waits here stands in the queue.
  const runs = kept.filter((run) => !(run.owner === tabId && (isLive(run) || run.state === 'waiting')));
  const loaded = useRuns((state) => state.loaded);
  return (
    <DropRuns>
      {runs.length === 0 ? (
        <Panel title={t.runs.title} actions={<AddRuns />}>
          <p className={css.soft}>{loaded ? t.runs.empty : t.runs.reading}</p>
          {loaded && kept.length === 0 && (
            <ButtonRow>
              <StartButton text={t.table.start} />
            </ButtonRow>
          )}
          <ImportErrors />
        </Panel>
      ) : (
        <Kept runs={runs} kept={kept} />
      )}
    </DropRuns>
  );
}

function Kept({ runs, kept }: { runs: Run[]; kept: Run[] }) {
  const table = useTable(runs);
  const group = useSettings((settings) => settings.group);
  const selected = useSelectedRun();
  const baselines = useBaselines(useComparedRuns());
  const details = selected && runs.some((run) => run.id === selected.id) ? selected : null;
  return (
    <Panel
      title={t.runs.title}
      aside={t.table.rows(table.shown.length, runs.length, table.groups.length)}
      actions={
        <ButtonRow>
          <AddRuns />
          <RunsExportButton />
        </ButtonRow>
      }
    >
      <ImportErrors />
      <div className={css.tools}>
        <FilterField runs={runs} error={table.error} />
        <label className={css.grouping}>
          <span className={controls.label}>{t.table.group}</span>
          <select className={controls.select} value={group} aria-label={t.table.groupLabel} onChange={(event) => changeSettings({ group: event.target.value as Grouping })}>
            {groupings.map((one) => (
              <option key={one} value={one}>
                {t.table.groups[one]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {table.shown.length === 0 ? (
        <p className={css.soft}>
          {t.table.noneLeft}{' '}
          <Button kind="link" onClick={() => changeSettings({ filter: '' })}>
            {t.table.clear}
          </Button>
        </p>
      ) : (
        <RunsTable table={table} kept={kept} baselines={baselines} selected={selected?.id ?? ''} />
      )}
      {group !== 'run' && (
        <div className={css.verdict} role="status">
          {verdict(table.groups, group).map((sentence) => (
            <Note key={sentence} sign="info">
              {sentence}
            </Note>
          ))}
        </div>
      )}
      {details && <RunDetails key={details.id} run={details} />}
    </Panel>
  );
}

function AddRuns() {
  const input = useRef<HTMLInputElement>(null);
  const reading = useRunsImport((state) => state.reading);
  return (
    <>
      <Button small disabled={reading !== ''} onClick={() => input.current?.click()}>
        {t.table.add}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".json,application/json"
        aria-label={t.table.add}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          void addRuns(files);
        }}
      />
    </>
  );
}

/** Files of runs may be dropped anywhere on the panel. */
function DropRuns({ children }: { children: React.ReactNode }) {
  const [over, setOver] = useState(false);
  return (
    <div
      className={over ? `${controls.drop} ${controls.over}` : controls.drop}
      onDragOver={(event) => {
        if (![...event.dataTransfer.items].some((item) => item.kind === 'file')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        setOver(false);
        void addRuns([...event.dataTransfer.files]);
      }}
    >
      {children}
    </div>
  );
}

function ImportErrors() {
  const errors = useRunsImport((state) => state.errors);
  return errors.map((error) => (
    <Notice
      key={error}
      kind="err"
      actions={
        <Button kind="quiet" small onClick={forgetErrors}>
          {t.failures.dismiss}
        </Button>
      }
    >
      {error}
    </Notice>
  ));
}
