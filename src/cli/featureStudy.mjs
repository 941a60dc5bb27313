// npm run -s features -- --model FOLDER --data FOLDER [--only TEXT] [--device KIND]
// npm run -s features -- --table
import { runMain } from './load.mjs';

await runMain('src/cli/featureStudy.ts');
