// npm run -s bench -- [--only NAME] [--json FILE]
import { runMain } from './load.mjs';

await runMain('src/cli/bench.ts');
