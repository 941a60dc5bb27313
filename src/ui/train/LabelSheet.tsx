import { useEffect } from 'react';
import type { DataInfo } from '../../train/protocol';
import { Sheet } from '../core/parts/Sheet';
import { Button } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { closeLabels, openLabels, useLabels } from './store/labels';
import { labelsWords } from './words/labels';

/** Few label pictures here. */
const Labelling = part(() => import('./Labelling').then((module) => module.default));

/** Opens the sheet in which unlabelled pictures are added and labelled. */
export function LabelButton({ data }: { data: DataInfo }) {
  return (
    <Button small onClick={() => void openLabels(data.id)}>
      {labelsWords.open}
    </Button>
  );
}

/** Labels pictures beside a data set, and trains with them. */
export function LabelSheet({ data }: { data: DataInfo }) {
  const open = useLabels((state) => state.data === data.id);
  useEffect(() => () => closeLabels(), [data.id]);
  return (
    <Sheet open={open} wide title={labelsWords.title(data.title)} onClose={closeLabels}>
      <Labelling data={data} />
    </Sheet>
  );
}
