// Writes the model that training started from: node public/models/clip-nano/start.mjs FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { load } from '../../../src/cli/load.mjs';

const { smallClipFiles } = await load('src/testing/smallClip.ts');
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(smallClipFiles())) writeFileSync(`${folder}/${name}`, bytes);
process.exit(0);
