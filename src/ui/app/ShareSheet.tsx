import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { hideShare, useShare } from '../core/settings/share';
import { shareWords } from '../core/words/share';

const ShareBody = part(() => import('./ShareBody').then((module) => module.default));

/** A link to the page as it is, and what of it the link shows. */
export function ShareSheet() {
  const open = useShare((state) => state.open);
  return (
    <Sheet open={open} title={shareWords.title} onClose={hideShare}>
      <ShareBody />
    </Sheet>
  );
}
