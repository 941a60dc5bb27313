import { createRoot } from 'react-dom/client';
import '../figures/tokens.css';
import { App } from './App';
import { fetchAlsoAhead, fetchPartsAhead } from './controls/Part';
import { keepOffline } from './offline';
import { keepDoubleClicksTogether } from './oneClick';
import { clearAddress, followAddress, isOwn, openedHash, takeAddress } from './store/address';
import { withRoom } from './store/bin';
import { useCatalog } from './store/catalog';
import { onOtherProject } from './store/current';
import { makeRoomBy, onStorageTrouble } from './store/database';
import { followEdits } from './store/edits';
import { followHistory } from './store/history';
import { loadImported } from './store/imported';
import { leavePage, loadRuns } from './store/keep';
import { followKept } from './store/keptImports';
import { followDevice } from './store/selfTest';
import { followMedium } from './store/medium';
import { followWords } from './store/speaking';
import { followSettings, openCatalog } from './store/open';
import { openRecorded, openRecording, recordingNames } from './store/recorded';
import { dropWaiting, keepSettings, settleOn, useSettings } from './store/settings';
import { followSweep } from './store/sweep';
import { afterEntering, tellOtherTabs } from './store/switchProject';
import { holdTab } from './store/tabs';
import { toast } from './store/toast';
import { partWords } from './words/controls';

/** What an address asks for; `?present=1` and its like may also stand before the #. */
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
createRoot(document.getElementById('root')!).render(<App />);
void openCatalog();
for (const name of recordingNames) fetchAlsoAhead(() => openRecording(name));
fetchPartsAhead();
keepOffline();
followAddress();
opened = true;
addEventListener('popstate', () => void openAddress());
void holdTab().then(loadRuns).then(tellOtherTabs).then(() => import('./store/afterBack')).then(({ goOnAfterBack }) => goOnAfterBack());
afterEntering();
onOtherProject(() => {
  // What waits to be written is of the project that was open here.
  settleOn(useSettings.getState());
  dropWaiting();
  clearAddress();
  location.reload();
});
void loadImported();
