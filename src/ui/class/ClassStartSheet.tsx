import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { hideClassStart, useClassStart } from '../core/settings/classStart';
import { classStartWords } from '../core/words/classStart';

const Body = part(() => import('./ClassStart').then((module) => module.default));

/** How to start a class, and the way into one. */
export function ClassStartSheet() {
  const open = useClassStart((state) => state.open);
  return (
    <Sheet open={open} title={classStartWords.title} onClose={hideClassStart}>
      <Body />
    </Sheet>
  );
}
