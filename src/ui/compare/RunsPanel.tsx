import { useRef, useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { InSight } from '../kit/controls/InSight';
import { Notice } from '../kit/controls/Notice';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import controls from '../kit/controls/controls.module.css';
import { useBaselines } from '../core/runs/baselines';
import { useCompared, useComparedRun } from '../core/runs/compared';
import { isRecorded } from '../core/analyses/recorded';
import { isLive, useRuns, type Run, useKeptRuns } from '../core/runs/runs';
import { addRuns, forgetErrors, useRunsImport } from '../core/runs/runsImport';
import { changeSettings } from '../core/settings/settings';
import { useTable } from '../core/runs/table';
import { tabId } from '../core/storage/tabs';
import { HubButton, HubSection } from '../core/parts/HubSection';
import { Meanings, symbolsOf } from '../core/parts/Meanings';
import css from '../core/parts/runs.module.css';
import { runsWords } from '../core/words/runs';
import { tableWords } from '../core/words/table';
import { failuresWords } from '../core/words/failures';

/** They come with the view: the page is drawn without them. */
const RunsTable = part(() => import('./RunsTable').then((module) => module.RunsTable), <p className={css.soft}>{runsWords.reading}</p>);
const RunDetails = part(() => import('./RunDetails').then((module) => module.RunDetails));
const PutInFolder = part(() => import('./Folders').then((module) => module.PutInFolder));

/** The runs that are compared, with what tells them apart: filtered, sorted, put together with means and intervals. */
export function RunsPanel() {
  const kept = useKeptRuns();
  const compared = useCompared();
  // What runs or waits here stands in the queue.
  const runs = compared.all.filter((run) => isRecorded(run) || !(run.owner === tabId && (isLive(run) || run.state === 'waiting')));
  const { loaded, selected: chosen } = useRuns();
  const table = useTable(runs);
  const selected = useComparedRun();
  const baselines = useBaselines(runs.filter((run) => !isRecorded(run)));
  const details = table.shown.find((run) => run.id === chosen);
  return (
    <DropRuns>
      <Panel title={runsWords.title} aside={runs.length > 0 && rowsText(table.shown, runs.length, table.groups.length, compared.by !== 'data' && new Set(kept.map(({ spec }) => spec.data)).size > 1 ? compared.data : '')} actions={<><PutInFolder runs={table.shown.filter((run) => !isRecorded(run))} /><AddRuns /></>}>
        <ImportErrors />
        <HubSection kind="runs" />
        {runs.length === 0 && <p className={css.soft}>{loaded ? runsWords.empty : runsWords.reading}</p>}
        {runs.length > 0 && table.shown.length === 0 && (
          <p className={css.soft}>
            {tableWords.noneLeft}{' '}
            <Button kind="link" onClick={() => changeSettings({ filter: '', atMost: 0 })}>
              {tableWords.clear}
            </Button>
          </p>
        )}
        {table.shown.length > 0 && <RunsTable table={table} kept={kept} baselines={baselines} selected={selected?.id ?? ''} />}
        {table.columns.some(({ name }) => name === 'setting') && <Symbols methods={table.shown.map((run) => run.spec.method.method)} />}
        {details && <RunDetails key={details.id} run={details} />}
      </Panel>
    </DropRuns>
  );
}

/** Counts the runs in the table, out of how many, names their data where there are others, and counts the rows. */
function rowsText(runs: readonly Run[], all: number, rows: number, data: string): string {
  const title = runs.find(({ spec }) => spec.data === data)?.dataTitle ?? data;
  const recorded = runs.filter(isRecorded).length;
  const shown = tableWords.of(runs.length === all ? tableWords.all(all) : tableWords.some(runs.length, all), title, recorded < runs.length ? recorded : 0);
  return rows === runs.length ? shown : tableWords.inRows(shown, rows);
}

/** Meanings of the settings' symbols. */
function Symbols({ methods }: { methods: readonly string[] }) {
  const words = symbolsOf(methods);
  return (
    words.length > 0 && (
      <p className={css.soft}>
        <Meanings of={words} />
      </p>
    )
  );
}

function AddRuns() {
  const input = useRef<HTMLInputElement>(null);
  const reading = useRunsImport((state) => state.reading);
  return (
    <ButtonRow>
      <Button small disabled={reading !== ''} onClick={() => input.current?.click()}>
        {tableWords.add}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".json,application/json"
        aria-label={tableWords.add}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          void addRuns(files);
        }}
      />
      <HubButton kind="runs" />
    </ButtonRow>
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
    <InSight key={error}>
      <Notice
        kind="err"
        actions={
          <Button kind="quiet" small onClick={forgetErrors}>
            {failuresWords.dismiss}
          </Button>
        }
      >
        {error}
      </Notice>
    </InSight>
  ));
}
