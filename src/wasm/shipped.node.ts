// What here.node.ts is in a clone, in the package: it has no compiler, and its kernels come compiled (cli/setup/pack.mjs).
import { kernels } from './compiled';
import { processorOf, threadsHere } from './threads.node';

/** The processor of this machine as a device, in Node, with the kernels that the build compiled. */
export const here = (threads = threadsHere(), isFused = false): GPU => processorOf(kernels, threads, isFused);
