// npm run -s vision -- [--study FOLDER] [--table] [--device KIND]
import { runMain } from './load.mjs';

await runMain('src/cli/visionStudy.ts');
