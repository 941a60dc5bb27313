// npm run -s village -- --methods NAME ... [--only SET] [--seeds N] [--steps N] [--out FOLDER] [--device KIND]
import { runMain } from './load.mjs';

await runMain('src/cli/village.ts');
