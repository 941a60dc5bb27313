// npm run -s fullrank -- COMMAND
import { runMain } from './load.mjs';

await runMain('src/cli/main.ts');
