import type { PageParts } from '../train/deployPage';

/** What a page of one model is made of, fetched for the first one that is exported. */
export async function pageParts(): Promise<PageParts> {
  const [{ pageFiles }, { kernelsFile }] = await Promise.all([import('../player/parts'), import('../wasm/compiled')]);
  const [files, kernels] = await Promise.all([pageFiles(), kernelsFile()]);
  return { files, kernels: new Uint8Array(await kernels.arrayBuffer()) };
}
