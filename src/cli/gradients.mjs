// npm run -s gradients -- [--only METHOD] [--device gpu]
import { runMain } from './load.mjs';

await runMain('src/cli/gradients.ts');
