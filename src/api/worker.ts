// The worker of the package. The studio's own (train/worker.ts) knows besides where its page keeps bundled models and onnxruntime-web.
import { expose } from 'comlink';
import { Analyses } from '../analysis/worker';
import { Studio } from '../train/studio';
import { keepSaid } from '../train/thrown';

keepSaid();
expose(new Studio(navigator.gpu, new URL('.', import.meta.url).href, self.isSecureContext, undefined, undefined, undefined, (host) => Promise.resolve(new Analyses(host))));
