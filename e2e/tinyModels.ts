import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../src/cli/load.mjs';

/** Makers of the files of a Hugging Face folder: weights by a formula, real code paths, no download. */
const makers = {
  clip: async () => ((await load('src/testing/tinyClip.ts')) as typeof import('../src/testing/tinyClip')).tinyClipFiles(),
  chat: async () => {
    const { chatMl, chatModelFiles } = (await load('src/testing/tinyChats.ts')) as typeof import('../src/testing/tinyChats');
    return chatModelFiles(chatMl);
  },
  vit: async () => ((await load('src/testing/tiny.ts')) as typeof import('../src/testing/tiny')).tinyVitFiles(),
};

/** Writes a tiny model's folder into `parent` and returns its path; the page calls it by the folder's name. */
export async function tinyFolder(parent: string, kind: keyof typeof makers): Promise<string> {
  const folder = join(parent, `tiny-${kind}`);
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(await makers[kind]())) writeFileSync(join(folder, name), bytes);
  return folder;
}
