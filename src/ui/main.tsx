import { createRoot } from 'react-dom/client';
import './tokens.css';
import { App } from './App';
import { useCatalog } from './store/catalog';
import { onStorageTrouble } from './store/database';
import { loadRuns } from './store/keep';
import { followDevice } from './store/selfTest';
import { followSettings, openCatalog } from './store/open';
import { keepSettings } from './store/settings';
import { holdTab } from './store/tabs';

onStorageTrouble((storage) => useCatalog.setState({ storage }));
keepSettings();
followSettings();
followDevice();
createRoot(document.getElementById('root')!).render(<App />);
void openCatalog();
void holdTab().then(loadRuns);
