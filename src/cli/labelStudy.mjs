// npm run -s labels -- [--seeds 5] [--device KIND]
// node src/cli/labelStudy.mjs --model FOLDER --data FOLDER --method NAME --out FILE
import { runMain } from './load.mjs';

await runMain('src/cli/labelStudy.ts');
