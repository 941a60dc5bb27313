// One entry of the benchmark in a process of its own; started by benchNode.ts.
import { runMain } from './load.mjs';

await runMain('src/cli/benchEntry.ts');
