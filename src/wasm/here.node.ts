import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processor } from './gpu';
import { keptKernels } from './kept.node';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where compiled kernels are kept between starts and builds; ignored by git. */
export const KERNELS = join(root, '.cache/kernels');

/** The processor of this machine as a device, in Node. */
export const here = (): GPU => processor(keptKernels(KERNELS).kernels);
