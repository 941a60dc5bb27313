import { here, threadsHere } from '../wasm/here.node';
import * as dawn from './dawn';

/**
 * Device of the tests above the kernels: the processor, by one thread, which compiles a kernel once for all processes and
 * files. With `FULLRANK_DEVICE=webgpu` it is Dawn, which the tests of ops, engine and kernels always use.
 */
export const gpu = (): GPU => (process.env.FULLRANK_DEVICE === 'webgpu' ? dawn.gpu() : here(threadsHere(1)));
