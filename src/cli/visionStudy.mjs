// npm run -s vision -- [--study FOLDER] [--seeds 0,1] [--table] [--device KIND]
import { runMain } from './load.mjs';

await runMain('src/cli/visionTables.ts');
