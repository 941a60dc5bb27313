import { use } from 'react';
import { defined } from '../../numbers/defined';
import { openInside } from '../core/analyses/recordedAnalyses';
import { Cka, Spectrum } from '../core/figures/InsideFigures';
import { RecordedFigures } from '../core/figures/RecordedFigures';
import { insideWords } from '../core/words/inside';

/** Figures of what three recorded runs did to the model. */
export function InsideRecorded() {
  const { inside: made, model_title, data_title } = use(openInside());
  return (
    <RecordedFigures name={insideWords.recorded} model={model_title} data={data_title} steps={defined(made.runs[0]).spec.train.steps} runs={made.runs}>
      <Spectrum made={made} />
      <Cka made={made} />
    </RecordedFigures>
  );
}
