// npm run -s vision -- [--study FOLDER]
import { runMain } from './load.mjs';

await runMain('src/cli/visionTables.ts');
