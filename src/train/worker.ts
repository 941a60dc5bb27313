// The training worker: the studio behind comlink. Everything of weight is in studio.ts, which runs anywhere.
import { expose } from 'comlink';
import { Studio } from './studio';

/** Address of onnxruntime-web's WebAssembly, a file of its own beside the page that nothing fetches before an export does. */
const ortWasm = async () => (await import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url')).default;

expose(new Studio(navigator.gpu, new URL(import.meta.env.BASE_URL, self.location.origin).href, self.isSecureContext, undefined, ortWasm));
