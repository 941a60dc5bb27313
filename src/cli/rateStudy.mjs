// npm run -s rates -- [--models FOLDER] [--data FOLDER] [--only TEXT] [--seeds 0,1] [--device KIND]
// npm run -s rates -- --table
import { runMain } from './load.mjs';

await runMain('src/cli/rateStudy.ts');
