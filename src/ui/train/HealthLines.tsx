import { useEffect } from 'react';
import { noEdits } from '../../data/edits.meta';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { Note } from '../kit/controls/Sign';
import { formatCount } from '../../language/format';
import { useEdits } from '../core/data/edits';
import { cancelCheck, startCheck, useHealth } from './store/health';
import css from '../core/parts/panels.module.css';
import { healthWords } from '../core/words/data';

const Findings = part(() => import('./Findings').then((module) => module.default));

/** Quality of a data set: what cannot be read, what is there twice, what is in both training and test. */
export function HealthLines({ data }: { data: DataInfo }) {
  const check = useHealth((state) => state.checks[data.id]);
  const edits = useEdits((state) => state.byData[data.id]) ?? noEdits;
  const { split, read } = edits;
  // The person's own pictures are looked through at once, the bundled ones when asked; again when they are split or read otherwise.
  useEffect(() => {
    if (check ? check.state === 'done' && (check.split !== split || check.read !== read) : !data.builtin) void startCheck(data.id);
  }, [check, split, read, data.builtin, data.id]);
  if (check?.state === 'checking') {
    return (
      <div className={css.checking}>
        <p className={css.soft}>
          {healthWords.checking(formatCount(check.done), formatCount(check.total))}{' '}
          <Button kind="link" onClick={() => cancelCheck(data.id)}>
            {healthWords.cancel}
          </Button>
        </p>
        <progress aria-label={healthWords.check} value={check.done} max={check.total || 1} />
      </div>
    );
  }
  if (check?.state === 'done') return <Findings health={check.health} data={data} edits={edits} />;
  return (
    <>
      {check?.state === 'cancelled' && <p className={css.soft}>{healthWords.cancelled}</p>}
      {check?.state === 'failed' && <Note sign="err">{check.message}</Note>}
      <ButtonRow>
        <Button small onClick={() => void startCheck(data.id)}>
          {healthWords.check}
        </Button>
      </ButtonRow>
    </>
  );
}
