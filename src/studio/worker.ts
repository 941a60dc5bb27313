// The training worker: the studio behind comlink. Everything of weight is in studio.ts, which runs anywhere.
import { expose } from 'comlink';
import type { Places } from '../train/chooseDevice';
import { rootOf } from './root';
import { openStudio } from './studio';
import { sayReady } from './ready';
import { handleThrown } from './thrown';

/** Address of onnxruntime-web's WebAssembly, a file of its own beside the page that nothing fetches before an export does. */
const ortWasm = async () => (await import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url')).default;

/** What a page of one model is made of. */
const page = async () => (await import('./pageParts')).pageParts();

/** The kernels for the processor are fetched where it computes. A test says which of it and a software adapter is taken, without a trial. */
const elsewhere = { processor: async (isFused?: boolean) => (await import('../wasm/shipped')).shipped(isFused), faster: (globalThis as { fullrankFaster?: Places['faster'] }).fullrankFaster };

handleThrown();
expose(openStudio(navigator.gpu, rootOf(import.meta.env.BASE_URL, import.meta.url), self.isSecureContext, { ortWasm, page, ...elsewhere }));
sayReady();
