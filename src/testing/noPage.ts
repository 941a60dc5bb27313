import type { PageParts } from '../train/deployPage';

/** A page of one model without its scripts, for what is tested of the rest. */
export const noPage = async (): Promise<PageParts> => ({ files: {}, kernels: new Uint8Array() });
