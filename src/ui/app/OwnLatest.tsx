import { wilson } from '../../numbers/pairs';
import { formatNumber, formatPercent, percentEnds } from '../../language/format';
import { Button, ButtonRow } from '../kit/controls/Button';
import { areOwn, dataById, modelById, useCatalog } from '../core/data/catalog';
import { compareData } from '../core/runs/comparedData';
import { formatsOf, openExport } from '../core/runs/exports';
import { ownLatest } from '../core/runs/ownLatest';
import { testEvaluation, useKeptRuns, type Run } from '../core/runs/runs';
import { describeSpec } from '../core/runs/specs';
import { changeSettings, useSettings } from '../core/settings/settings';
import { go } from '../core/storage/shown';
import css from '../core/parts/panels.module.css';
import { compareWords } from '../core/words/compare';
import { ownLatestWords as words } from './words/ownLatest';

/** Try shows the models that the chosen one became. */
function toTry({ spec: { model, data } }: Run): void {
  const { model: chosen } = useSettings.getState();
  if (chosen !== model && modelById(useCatalog.getState(), model)) changeSettings({ model, data, targets: [] });
  go('try');
}

function toResult({ spec }: Run): void {
  compareData(spec.data);
  go('compare');
}

/** What came of one's own pictures last, in short, and what can be done with it. */
export default function OwnLatest() {
  const catalog = useCatalog();
  const run = ownLatest(useKeptRuns(), (data) => areOwn(dataById(catalog, data)));
  const test = run && testEvaluation(run);
  if (!run || !test) return null;
  const right = Math.round(test.accuracy * test.count);
  return (
    <section className={css.latest} aria-label={words.title}>
      <h2>{words.title}</h2>
      <p>{words.result(run.dataTitle, describeSpec(run.spec), formatPercent(test.accuracy), right, formatNumber(test.count), ...percentEnds(wilson(test.accuracy, test.count)))}</p>
      <ButtonRow>
        <Button small onClick={() => toTry(run)}>
          {compareWords.try}
        </Button>
        {formatsOf(run).includes('web') && (
          <Button small onClick={() => openExport(run, 'web')}>
            {compareWords.page}
          </Button>
        )}
        <Button small onClick={() => toResult(run)}>
          {words.see}
        </Button>
      </ButtonRow>
    </section>
  );
}
