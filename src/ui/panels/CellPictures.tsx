import { useEffect, useMemo, useRef } from 'react';
import type { Evaluation } from '../../train/protocol';
import { Button } from '../controls/Button';
import type { Run } from '../store/runs';
import { t } from '../strings';
import { PictureGrid } from './PictureGrid';
import css from './panels.module.css';
import pictures from './pictures.module.css';

interface Props {
  run: Run;
  evaluation: Evaluation;
  cell: { truth: number; said: number };
  onClose: () => void;
}

/** The pictures in one cell of a confusion matrix, where a wrong label is put right. */
export function CellPictures({ run, evaluation, cell: { truth, said }, onClose }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  const names = useMemo(() => (evaluation.images ?? []).filter(([, label, prediction]) => label === truth && prediction === said).map(([name]) => name), [evaluation, truth, said]);
  useEffect(() => head.current?.focus(), []);
  const [truthName, saidName] = [run.classes[truth], run.classes[said]];
  return (
    <section className={css.cell} aria-label={t.cell.title(truthName, saidName)}>
      <div className={css.cellHead}>
        <h4 ref={head} tabIndex={-1}>
          {t.cell.title(truthName, saidName)}
        </h4>
        <Button small onClick={onClose}>
          {t.cell.close}
        </Button>
      </div>
      <p className={css.soft}>
        {t.cell.shown(names.length, evaluation.confusion[truth][said])} {t.cell.hint}
      </p>
      <PictureGrid data={run.spec.data} label={t.cell.title(truthName, saidName)} names={names} className={pictures.low} />
    </section>
  );
}
