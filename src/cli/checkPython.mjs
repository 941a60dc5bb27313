// npm run check:python -- [PYTHON ...] [--only TEXT] [--keep DIR]
import { runMain } from './load.mjs';

await runMain('src/cli/checkPython.ts');
