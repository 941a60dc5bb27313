// The training worker: the studio behind comlink. Everything of weight is in studio.ts, which runs anywhere.
import { expose } from 'comlink';
import type { Places } from './chooseDevice';
import { rootOf } from './root';
import { Studio } from './studio';
import { keepSaid } from './thrown';
import type { TryoutHost } from './tryout';

/** Address of onnxruntime-web's WebAssembly, a file of its own beside the page that nothing fetches before an export does. */
const ortWasm = async () => (await import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url')).default;

/** Here the rooms meet: analyses build on the studio's own, and are fetched with the first one. */
const analyses = async (host: TryoutHost) => new (await import('../analysis/worker')).Analyses(host);

/** The kernels for the processor are fetched where it computes. A test says which of it and a software adapter is taken, without a trial. */
const elsewhere = { processor: async (isFused?: boolean) => (await import('../wasm/shipped')).shipped(isFused), faster: (globalThis as { fullrankFaster?: Places['faster'] }).fullrankFaster };

keepSaid();
expose(new Studio(navigator.gpu, rootOf(import.meta.env.BASE_URL, import.meta.url), self.isSecureContext, undefined, ortWasm, undefined, analyses, elsewhere));
