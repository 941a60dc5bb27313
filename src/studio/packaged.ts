// The worker of the package. The studio's own (worker.ts) knows besides where its page keeps bundled models and onnxruntime-web.
import { expose } from 'comlink';
import { Studio } from './studio';
import { THERE } from './there';
import { handleThrown } from './thrown';

handleThrown();
expose(new Studio(navigator.gpu, new URL('.', import.meta.url).href, self.isSecureContext));
postMessage(THERE);
