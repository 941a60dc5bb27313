import type { DataInfo } from '../../train/protocol';
import { villageWords } from '../core/words/village';
import { TextColumns } from './TextColumns';
import { TextLengths } from './TextLengths';
import css from '../core/parts/panels.module.css';

/** Reading of texts out of their tables, and their tokens. */
export default function Texts({ data, open, onOpen }: { data: DataInfo; open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <>
      {data.builtin && <p className={css.hint}>{villageWords.about}</p>}
      <TextColumns data={data} open={open} onOpen={onOpen} />
      <TextLengths tokens={open} />
    </>
  );
}
