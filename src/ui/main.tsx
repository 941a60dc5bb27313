import { createRoot } from 'react-dom/client';
import './tokens.css';
import { App } from './App';
import { useCatalog } from './store/catalog';
import { onStorageTrouble } from './store/database';
import { loadImported } from './store/imported';
import { loadRuns } from './store/keep';
import { followSettings, openCatalog } from './store/open';
import { keepSettings } from './store/settings';
import { holdTab } from './store/tabs';

onStorageTrouble((storage) => useCatalog.setState({ storage }));
keepSettings();
followSettings();
createRoot(document.getElementById('root')!).render(<App />);
void openCatalog();
void holdTab().then(loadRuns);
void loadImported();
