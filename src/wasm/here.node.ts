import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keptKernels } from './kept.node';
import { processorOf, threadsHere } from './threads.node';

export { threadOf, threadsHere } from './threads.node';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Folder of compiled kernels, kept between starts and builds; ignored by git. */
export const KERNELS = join(root, '.cache/kernels');

/** The processor of this machine as a device, in Node, with kernels that are compiled here when they are asked for. */
export const here = (threads = threadsHere(), isFused = false): GPU => processorOf(keptKernels(KERNELS).kernels, threads, isFused);
