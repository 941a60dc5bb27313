// npm run -s chaos -- files [--rounds N] [--seed S] [--only NAME] [--log FILE]
import { runMain } from './load.mjs';

await runMain('src/cli/chaos.ts');
