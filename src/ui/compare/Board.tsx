import { useState } from 'react';
import { Check } from '../kit/controls/Check';
import { Segmented } from '../kit/controls/Segmented';
import { useCompared } from '../core/runs/compared';
import { counts } from '../core/runs/runGroups';
import { CostFigure } from '../core/figures/Costs';
import { GroupCurves, type CurvesOf } from '../core/figures/GroupCurves';
import { Headline } from './Headline';
import { Tools } from './Tools';
import css from './compare.module.css';
import { curveWords } from '../core/words/curves';

/** The first screen of a comparison: what was found, accuracy against parameters, and how training went. */
export default function Board() {
  const compared = useCompared();
  const [of, setOf] = useState<CurvesOf>('accuracy');
  const [seeds, setSeeds] = useState(false);
  const { runs, groups } = compared;
  const some = runs.some(counts);
  const curves = [
    <Segmented key="of" label={curveWords.ofLabel} value={of} options={(['accuracy', 'loss'] as const).map((value) => ({ value, text: curveWords.of[value] }))} onChange={setOf} />,
    groups.some((group) => group.runs.length > 1) && (
      <Check key="seeds" checked={seeds} onChange={setSeeds}>
        {curveWords.seeds}
      </Check>
    ),
  ];
  return (
    <div className={css.first}>
      <Headline compared={compared} />
      <Tools compared={compared} />
      {runs.length > 0 && (
        <div className={some ? css.two : css.one}>
          {some && <CostFigure groups={groups} cost="trainable" />}
          <GroupCurves runs={runs} of={of} seeds={seeds} tools={curves} />
        </div>
      )}
    </div>
  );
}
