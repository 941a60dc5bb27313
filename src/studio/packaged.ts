// The worker of the package. The studio's own (worker.ts) knows besides where its page keeps bundled models and onnxruntime-web.
import { expose } from 'comlink';
import { openStudio } from './studio';
import { sayReady } from './ready';
import { handleThrown } from './thrown';

handleThrown();
expose(openStudio(navigator.gpu, new URL('.', import.meta.url).href, self.isSecureContext, { page: async () => (await import('./pageParts')).pageParts(), processor: async (isFused) => (await import('../wasm/shipped')).shipped(isFused) }));
sayReady();
