import { here, threadsHere } from '../wasm/here.node';

/** The processor as a device of one thread: it compiles no shader anew, so what tests a layer above the kernels takes it. */
export const gpu = (): GPU => here(threadsHere(1));
