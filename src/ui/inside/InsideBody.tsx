import { useRef, useState } from 'react';
import { trainsOf } from '../../adapters/fields';
import { analysisJson, insideCsv } from '../../analysis/export.meta';
import type { Inside } from '../../analysis/analysis.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { Choice } from '../kit/controls/Choice';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { Boundary } from '../kit/controls/Part';
import { Note } from '../kit/controls/Sign';
import { useInSight } from '../kit/controls/useInSight';
import { formatAbout, formatCount } from '../../language/format';
import { useAlong } from '../core/analyses/along';
import { isOf } from '../core/analyses/analyses';
import { dataById, useCatalog } from '../core/data/catalog';
import { useMedium } from '../core/data/medium';
import { saveAs } from '../kit/saveAs';
import { setsOf, upTo, useLandscape } from '../core/analyses/landscape';
import { cancelInside, insideSeconds, lookInside, showInside, tickRun, useInside, useInsideOf, useOriginals } from '../core/analyses/inside';
import { useRuns, type Run } from '../core/runs/runs';
import { changeSettings, insideImages, useSettings } from '../core/settings/settings';
import { describeRun } from '../core/runs/specs';
import { leftOf } from '../core/analyses/analysing';
import { Drift } from '../core/figures/InsideDrift';
import { Cka, Spectrum } from '../core/figures/InsideFigures';
import { Intruders } from '../core/figures/InsideIntruders';
import { Angles, Ranks } from '../core/figures/InsideLayers';
import { Scaling } from './Scaling';
import { KeptChoice } from '../core/parts/KeptChoice';
import { OriginalChoice } from '../core/parts/OriginalChoice';
import { anyEarlier } from '../core/analyses/landscapeFindings';
import css from '../core/figures/landscape.module.css';
import { InsideRecorded } from './InsideRecorded';
import { insideWords } from '../core/words/inside';
import { landscapeWords } from '../core/words/landscape';
import { chartWords } from '../kit/words/chart';

/** Choice of the runs, progress, and findings; until there are any, the recorded ones stay. */
export function InsideBody({ runs }: { runs: Run[] }) {
  const { chosen, made } = useInsideOf(runs);
  const medium = useMedium();
  return (
    <>
      <Form runs={runs} chosen={chosen} made={made} />
      {made ? (
        <Found made={made} />
      ) : (
        medium === 'pictures' && (
          <Boundary>
            <InsideRecorded />
          </Boundary>
        )
      )}
    </>
  );
}

function Form({ runs, chosen, made }: { runs: Run[]; chosen: Run[]; made: Inside | null }) {
  const { original, status, at, error, kept } = useInside();
  const wanted = useSettings((settings) => settings.insideImages);
  // What was found is looked for again with as many pictures, unless the person says otherwise.
  const [asked, ask] = useState<number | null>(null);
  const choose = (n: number) => {
    ask(n);
    changeSettings({ insideImages: n });
  };
  const own = useSettings((settings) => settings.data);
  const { runs: all, current } = useRuns();
  const busy = current !== '';
  const data = useCatalog((catalog) => dataById(catalog, own));
  const device = useCatalog((catalog) => catalog.device?.description ?? '');
  // As many as there are to look at.
  const most = Math.max(...setsOf(chosen[0]?.spec, data, ['val']).map(({ of }) => of));
  const counts = upTo(insideImages, most);
  const images = Math.min(asked ?? insideImages.find((n) => n === made?.images) ?? wanted, counts.at(-1)!);
  const seconds = insideSeconds(chosen, { images, original }, kept, all, device);
  const full = chosen.some((run) => trainsOf(run.spec.method.method) === 'weights');
  const known = isOf(made, chosen.map(({ id }) => id));
  const measured = [useLandscape(({ status }) => status), useAlong(({ status }) => status)].some((status) => status !== 'idle');
  const others = useOriginals();
  const work = useRef<HTMLDivElement>(null);
  useInSight(work, status !== 'idle');
  if (status !== 'idle') {
    const words = !at ? insideWords.starting : insideWords.progress(insideWords.stages[at.stage], formatCount(at.done), formatCount(at.total), leftOf(at));
    return (
      <div ref={work} className={css.progress} tabIndex={-1}>
        <p>
          {status === 'cancelling' ? insideWords.cancelling : words}{' '}
          <Button kind="link" disabled={status === 'cancelling'} onClick={cancelInside}>
            {insideWords.cancel}
          </Button>
        </p>
        <progress aria-label={insideWords.progressLabel} {...(at ? { value: at.done, max: at.total } : {})} />
      </div>
    );
  }
  return (
    <div className={css.start}>
      {!made && <p>{insideWords.about}</p>}
      <KeptChoice label={insideWords.kept} kept={kept} shown={made} onChoose={showInside} />
      <div className={css.ticks} role="group" aria-label={insideWords.runs}>
        {runs.map((run) => (
          <Check key={run.id} checked={chosen.includes(run)} onChange={(on) => tickRun(runs, run.id, on)}>
            <MethodKey method={run.spec.method.method}>
              {describeRun(run)}
            </MethodKey>
          </Check>
        ))}
      </div>
      <div className={css.inline}>
        <Choice label={insideWords.images} value={String(images)} options={counts.map((n) => [String(n), formatCount(Math.min(n, most))])} onChange={(value) => choose(Number(value))} />
        <OriginalChoice />
        <ButtonRow>
          <Button kind={made ? 'plain' : 'primary'} disabled={busy || measured || chosen.length === 0} onClick={() => void lookInside(chosen, images)}>
            {known ? insideWords.again : insideWords.look}
          </Button>
          {busy || measured ? <Note sign="info">{busy ? insideWords.busy : insideWords.measured}</Note> : <span className={css.caption}>{chosen.length === 0 ? insideWords.tickOne : seconds !== null && insideWords.takes(formatAbout(seconds))}</span>}
        </ButtonRow>
      </div>
      {others.length > 0 && <p className={css.caption}>{insideWords.originalHint}</p>}
      {!known && !full && chosen.length > 0 && <p className={css.caption}>{insideWords.noFull}</p>}
      {error !== '' && (
        <div role="alert">
          <Note sign="err">{insideWords.failed(error)}</Note>
        </div>
      )}
    </div>
  );
}

function Found({ made }: { made: Inside }) {
  // Of more than three runs there are more pairs than runs: what is short stands under the shorter table.
  const manyPairs = made.runs.length > 3;
  return (
    <div className={css.column}>
      {anyEarlier(made) && <p className={css.caption}>{landscapeWords.best}</p>}
      <div className={css.halves}>
        <Spectrum made={made} />
        <Cka made={made} />
        <div>
          <Ranks made={made} />
          {manyPairs && <Drift made={made} />}
        </div>
        <div>
          <Intruders made={made} />
          <Scaling made={made} />
          {!manyPairs && <Drift made={made} />}
          <Angles made={made} />
        </div>
      </div>
      <div className={css.files} role="group" aria-label={insideWords.everything}>
        <span className={css.caption}>{insideWords.everything}</span>
        <Button kind="quiet" small onClick={() => saveAs(new Blob([insideCsv(made)], { type: 'text/csv' }), 'inside.csv')} label={`${chartWords.export} ${insideWords.everything}: ${chartWords.kinds.csv}`}>
          {chartWords.kinds.csv}
        </Button>
        <Button kind="quiet" small onClick={() => saveAs(new Blob([analysisJson(made)], { type: 'application/json' }), 'inside.json')} label={`${chartWords.export} ${insideWords.everything}: ${chartWords.kinds.json}`}>
          {chartWords.kinds.json}
        </Button>
      </div>
    </div>
  );
}
