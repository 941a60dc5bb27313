import { useEffect, useMemo, useRef } from 'react';
import { defined } from '../../numbers/defined';
import type { Evaluation } from '../../train/protocol';
import { Button } from '../kit/controls/Button';
import type { Run } from '../core/runs/runs';
import { PictureGrid } from '../core/parts/PictureGrid';
import css from '../core/parts/panels.module.css';
import pictures from '../core/parts/pictures.module.css';
import { cellWords } from '../core/words/results';

interface Props {
  run: Run;
  evaluation: Evaluation;
  cell: { truth: number; predicted: number };
  onClose: () => void;
}

/** The pictures in one cell of a confusion matrix, where a wrong label is put right. */
export function CellPictures({ run, evaluation, cell: { truth, predicted }, onClose }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  const names = useMemo(() => (evaluation.images ?? []).filter(([, label, prediction]) => label === truth && prediction === predicted).map(([name]) => name), [evaluation, truth, predicted]);
  useEffect(() => head.current?.focus(), []);
  const title = cellWords[truth === predicted ? 'right' : 'wrong'](defined(run.classes[truth]), defined(run.classes[predicted]));
  const all = defined(defined(evaluation.confusion[truth])[predicted]);
  return (
    <section className={css.cell} aria-label={title}>
      <div className={css.cellHead}>
        <h4 ref={head} tabIndex={-1}>
          {title}
        </h4>
        <Button small onClick={onClose}>
          {cellWords.close}
        </Button>
      </div>
      <p className={css.soft}>
        {names.length < all ? cellWords.first(names.length, all) : cellWords.all(all)} {cellWords.hint}
      </p>
      <PictureGrid data={run.spec.data} label={title} names={names} className={pictures.low} />
    </section>
  );
}
