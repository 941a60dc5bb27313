import { part } from '../../kit/controls/Part';
import { closePrint, usePrint } from '../../kit/print/request';
import { Sheet } from '../parts/Sheet';
import { printWords } from '../words/print';

/** Its code comes when a figure is to be printed. */
const Body = part(() => import('./PrintBody').then((module) => module.default), <p>{printWords.preparing}</p>);

/** A figure as it stands in a paper: its size, its files, its table and its caption. */
export function PrintSheet() {
  const request = usePrint((state) => state.request);
  return (
    <Sheet wide open={request !== null} title={printWords.title} onClose={closePrint}>
      {request && <Body request={request} />}
    </Sheet>
  );
}
