import { createRoot } from 'react-dom/client';
import '../../figures/tokens.css';
import { App } from './App';
import { fetchAlsoAhead, fetchPartsAhead } from '../kit/controls/Part';
import { returnToRoom } from '../class/store/classmate';
import { keepOffline } from './offline';
import { keepDoubleClicksTogether } from './oneClick';
import { clearAddress, followAddress, isOwn, openedHash, takeAddress } from '../core/storage/address';
import { withRoom } from '../core/storage/bin';
import { useCatalog } from '../core/data/catalog';
import { onOtherProject } from '../core/storage/current';
import { makeRoomBy, onStorageTrouble } from '../core/storage/database';
import { followEdits } from '../core/data/edits';
import { followHistory } from '../core/settings/history';
import { loadImported } from '../core/storage/imported';
import { leavePage, loadRuns } from '../core/storage/keep';
import { followKept } from '../core/data/keptImports';
import { followDevice } from '../core/worker/selfTest';
import { followMedium } from '../core/data/medium';
import { followWords } from './store/speaking';
import { followSettings, openCatalog } from '../core/data/open';
import { followModel, openRecorded, openRecording, recordingNames } from '../core/analyses/recorded';
import { dropWaiting, keepSettings, settleOn, useSettings } from '../core/settings/settings';
import { watchQueue } from '../core/runs/queueEnd';
import { followSweep } from '../core/settings/sweep';
import { useShown } from '../core/storage/shown';
import { afterEntering, tellOtherTabs } from '../core/storage/switchProject';
import { holdTab } from '../core/storage/tabs';
import { toast } from '../kit/toast';
import { partWords } from '../kit/words/controls';

/** Does what an address asks for; `?present=1` and its like may also stand before the #. */
async function openAddress(): Promise<void> {
  const { search } = location;
  const hash = opened ? location.hash : openedHash();
  const asked = search.includes('=') ? `${hash}${hash.includes('=') ? '&' : '?'}${search.slice(1)}` : hash;
  // "#main" is a place on the page.
  if (asked !== '' && !/[/=]/.test(asked)) return;
  if (asked === '' && !isOwn(history.state)) return;
  const back = opened && isOwn(history.state);
  const take = async () => {
    try {
      const { applyLink, returnToLink } = await import('./store/link');
      // Back and forward change the view and leave the settings; a link that was followed or typed changes both.
      if (back) returnToLink(asked);
      else applyLink(asked);
    } catch {
      // The page without what the link asks for is better than none.
      toast(partWords.noLink);
    }
  };
  await (opened ? takeAddress(take) : take());
}
let opened = false;

// On its way before anything else is asked for.
void openRecorded();
makeRoomBy(withRoom);
onStorageTrouble((storage) => useCatalog.setState({ storage }));
// Before anything is drawn or opened: it says what to draw and open.
await openAddress();
// What is being typed counts as if its field had been left. Before anything else is kept.
addEventListener('pagehide', () => (leavePage(true), (document.activeElement as HTMLElement | null)?.blur()), { capture: true });
addEventListener('pageshow', () => leavePage(false));
keepDoubleClicksTogether();
keepSettings();
followSettings();
followEdits();
followKept();
followMedium();
followWords();
followDevice();
followHistory();
followSweep();
followModel();
watchQueue();
createRoot(document.getElementById('root')!).render(<App />);
void openCatalog();
for (const name of recordingNames) fetchAlsoAhead(() => openRecording(name));
fetchPartsAhead();
keepOffline();
followAddress();
opened = true;
// A tab of a class that was loaded again, whatever is in sight.
if (!useShown.getState().board) void returnToRoom(useShown.getState().room);
addEventListener('popstate', () => void openAddress());
void holdTab().then(loadRuns).then(() => (void tellOtherTabs(), import('./store/afterBack'))).then(({ goOnAfterBack }) => goOnAfterBack());
afterEntering();
onOtherProject(() => {
  // What waits to be written is of the project that was open here.
  settleOn(useSettings.getState());
  dropWaiting();
  clearAddress();
  location.reload();
});
void loadImported();
