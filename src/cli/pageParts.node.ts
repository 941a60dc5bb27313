import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { PageParts } from '../train/deployPage';
import { ensureKernels, packFile } from './setup/kernels.mjs';
import { ensurePage, pageFile } from './setup/page.mjs';

/** What a page of one model is made of, bundled here; the package brings it along (cli/setup/pack.mjs). */
export async function pageParts(): Promise<PageParts> {
  await ensureKernels();
  await ensurePage();
  return { files: JSON.parse(gunzipSync(readFileSync(pageFile)).toString()) as Record<string, string>, kernels: readFileSync(packFile) };
}
