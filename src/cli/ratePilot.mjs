// npm run -s pilot -- [--only METHOD,METHOD] [--device KIND]
// npm run -s pilot -- --table
import { runMain } from './load.mjs';

await runMain('src/cli/ratePilot.ts');
