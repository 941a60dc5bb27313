import { useEffect } from 'react';
import type { DataInfo } from '../../train/protocol';
import { Sheet } from '../core/parts/Sheet';
import { Button, ButtonRow } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { closeLabels, openLabels, useLabels } from './store/labels';
import { labelsWords } from './words/labels';

/** Few label pictures here. */
const Labelling = part(() => import('./Labelling').then((module) => module.default));

/** Pictures without a label beside those of one's own: the sheet in which they are added, labelled and trained with. */
export default function LabelSheet({ data }: { data: DataInfo }) {
  const open = useLabels((state) => state.data === data.id);
  useEffect(() => () => closeLabels(), [data.id]);
  return (
    <>
      <ButtonRow>
        <Button small onClick={() => void openLabels(data.id)}>
          {labelsWords.open}
        </Button>
      </ButtonRow>
      <Sheet open={open} wide title={labelsWords.title(data.title)} onClose={closeLabels}>
        <Labelling data={data} />
      </Sheet>
    </>
  );
}
