import { useId } from 'react';
import { methodFields, NEAREST } from '../../adapters/fields';
import { equivalentOf, inPeft, type ExportFormat } from '../../records/forms.meta';
import { Button, ButtonRow } from '../kit/controls/Button';
import { FormField } from '../kit/controls/FormField';
import { Segmented } from '../kit/controls/Segmented';
import { SheetFoot } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { useNow } from '../kit/controls/useNow';
import { formatAgo, formatMiB } from '../../language/format';
import { cancelExport, canPush, chooseExport, runExport, saveAnyway, showPush } from '../core/runs/exporting';
import { isWorking, offeredOf, useExport } from '../core/runs/exports';
import { methodLook } from '../../figures/methods';
import { modelById, useCatalog } from '../core/data/catalog';
import { useRuns, type Run } from '../core/runs/runs';
import { Hosting } from './Hosting';
import { OnnxVerdict } from './OnnxVerdict';
import { PushForm } from './PushForm';
import css from '../core/parts/exportSheet.module.css';
import { exportWords } from '../core/words/export';
import { pushWords } from './words/push';

/** The format, its use, and the result of the check. */
export default function ExportBody({ run }: { run: Run }) {
  const state = useExport();
  const working = isWorking(state);
  const training = useRuns(({ current }) => current !== '');
  const pushes = canPush(state.format);
  return (
    <div className={css.body}>
      <fieldset className={css.formats} disabled={working}>
        <legend className="sr">{exportWords.legend}</legend>
        {offeredOf(run).map((format) => (
          <Format key={format} run={run} format={format} />
        ))}
      </fieldset>
      <Alone run={run} />
      <SheetFoot>
        <Outcome run={run} />
        {training && <Note sign="info">{exportWords.training}</Note>}
        <ButtonRow>
          <Button kind="primary" disabled={working || training} onClick={() => void runExport()}>
            {exportWords.start}
          </Button>
          {working && state.way === 'file' && (
            <Button disabled={state.status === 'ending'} onClick={cancelExport}>
              {exportWords.cancel}
            </Button>
          )}
          {state.made?.verdict?.ok === false && !state.saved && (
            <Button kind="danger" onClick={saveAnyway}>
              {exportWords.anyway}
            </Button>
          )}
          {pushes && (
            <Button expanded={state.hub} onClick={() => showPush(!state.hub)}>
              {pushWords.open}
            </Button>
          )}
        </ButtonRow>
      </SheetFoot>
      {pushes && state.hub && <PushForm run={run} />}
    </div>
  );
}

/** Reason why a run can be exported as an adapter alone. */
function Alone({ run }: { run: Run }) {
  const why = methodFields[run.spec.method.method]?.unmerged;
  return why && <p className={css.alone}>{exportWords.alone(why)}</p>;
}

function wordsOf(format: ExportFormat, method: string): { title: string; use: string } {
  const { formats, unknown, equivalent, nearest } = exportWords;
  const own = methodLook(method).title;
  if (format === 'equivalent') {
    const as = methodLook(equivalentOf(method) ?? method).title;
    return { title: equivalent.title(as), use: inPeft(method) ? equivalent.also(as) : equivalent.use(own, as) };
  }
  if (format === 'nearest') return { title: nearest.title(methodLook(NEAREST).title), use: nearest.use(methodLook(NEAREST).title) };
  return format === 'peft' && !inPeft(method) ? { title: unknown.title(own), use: unknown.use } : formats[format];
}

/** Ranks that are offered for the nearest one. */
const ranks = ['4', '8', '16', '32', '64'] as const;
/** An adapter, which needs its base and goes by the names of its layers. */
const isAdapter = (format: ExportFormat): boolean => ['peft', 'equivalent', 'nearest'].includes(format);

function Format({ run, format }: { run: Run; format: ExportFormat }) {
  const id = useId();
  const chosen = useExport((state) => state.format === format);
  const transformers = useExport((state) => state.transformers);
  const dtype = useExport((state) => state.dtype);
  const gguf = useExport((state) => state.gguf);
  const rank = useExport((state) => state.rank);
  const title = useExport((state) => state.title);
  const saved = useExport((state) => state.saved);
  const renamed = useCatalog((catalog) => modelById(catalog, run.spec.model)?.renamed);
  const words = wordsOf(format, run.spec.method.method);
  return (
    <div className={css.format}>
      <input type="radio" id={id} name="export-format" checked={chosen} aria-describedby={`${id}-use`} onChange={() => chooseExport({ format })} />
      <div>
        <label htmlFor={id}>{words.title}</label>
        <p id={`${id}-use`}>{words.use}</p>
        {chosen && format === 'nearest' && <Segmented label={exportWords.nearest.rank} value={String(rank) as (typeof ranks)[number]} options={ranks.map((value) => ({ value, text: value }))} onChange={(value) => chooseExport({ rank: Number(value) })} />}
        {chosen && renamed && isAdapter(format) && (
          <Segmented
            label={exportWords.names}
            value={String(transformers) as '4' | '5'}
            options={[
              { value: '4', text: exportWords.transformers[4](renamed) },
              { value: '5', text: exportWords.transformers[5](renamed) },
            ]}
            onChange={(value) => chooseExport({ transformers: value === '5' ? 5 : 4 })}
          />
        )}
        {chosen && isAdapter(format) && <Base model={run.spec.model} />}
        {chosen && format === 'web' && (
          <FormField label={exportWords.pageTitle} hint={exportWords.pageTitleHint} maxLength={80} value={title} placeholder={run.dataTitle} onText={(text) => chooseExport({ title: text })} />
        )}
        {chosen && format === 'web' && <Hosting saved={saved} />}
        {chosen && format === 'onnx' && (
          <Segmented
            label={exportWords.dtype}
            value={dtype}
            options={[
              { value: 'f32', text: exportWords.dtypes.f32 },
              { value: 'f16', text: exportWords.dtypes.f16 },
              { value: 'q8', text: exportWords.dtypes.q8 },
            ]}
            onChange={(value) => chooseExport({ dtype: value })}
          />
        )}
        {chosen && format === 'gguf' && (
          <Segmented
            label={exportWords.ggufDtype}
            value={gguf}
            options={[
              { value: 'f16', text: exportWords.ggufDtypes.f16 },
              { value: 'q8_0', text: exportWords.ggufDtypes.q8_0 },
            ]}
            onChange={(value) => chooseExport({ gguf: value })}
          />
        )}
      </div>
    </div>
  );
}

/** The base model of an adapter, where only this page has it. */
function Base({ model }: { model: string }) {
  const known = useCatalog((catalog) => modelById(catalog, model));
  return (
    known?.files && (
      <p>
        {exportWords.base(known.title)}{' '}
        {known.files.map((file) => (
          <a key={file} href={`./${file}`} download>
            {file.slice(file.lastIndexOf('/') + 1)}
          </a>
        ))}
      </p>
    )
  );
}

/** Progress or outcome of the export: the check of this one, or of the last one. */
function Outcome({ run }: { run: Run }) {
  const { way, status, format, at, made, saved, error } = useExport();
  const now = useNow();
  if (way !== 'file') return null;
  const savedOrNot = made && saved ? exportWords.saved(made.name) : exportWords.notSaved;
  const last = format === 'onnx' && status === 'choose' ? run.onnxCheck : undefined;
  return (
    <div role="status" className={css.outcome}>
      {status === 'working' && <Note sign="wait">{exportWords.stages[at.stage](format, at.bytes > 0 ? formatMiB(at.bytes) : '')}</Note>}
      {status === 'ending' && <Note sign="wait">{exportWords.ending}</Note>}
      {status === 'failed' && <Note sign="err">{error}</Note>}
      {made?.verdict && <OnnxVerdict verdict={made.verdict} after={savedOrNot} />}
      {made && !made.verdict && <Note sign="ok">{savedOrNot}</Note>}
      {made && saved && format === 'web' && <Note sign="info">{exportWords.pageNext}</Note>}
      {made?.note && <Note sign="warn">{made.note}</Note>}
      {last && <OnnxVerdict verdict={last} after={exportWords.lastCheck(last.dtype, formatAgo(last.at, now))} />}
    </div>
  );
}
