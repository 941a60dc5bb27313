import type { DataInfo } from '../../train/protocol';
import { TextColumns } from './TextColumns';
import { TextLengths } from './TextLengths';

/** How texts are read out of their tables, and become tokens. */
export default function Texts({ data, open, onOpen }: { data: DataInfo; open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <>
      <TextColumns data={data} open={open} onOpen={onOpen} />
      <TextLengths tokens={open} />
    </>
  );
}
