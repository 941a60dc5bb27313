// npm run -s gradients -- [--only METHOD,METHOD] [--short] [--device processor|gpu]
import { runMain } from './load.mjs';

await runMain('src/cli/gradients.ts');
