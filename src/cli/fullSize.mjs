// npm run -s fullsize -- [--only NAME] [--batch N] [--keep DIR]
import { runMain } from './load.mjs';

await runMain('src/cli/fullSize.ts');
