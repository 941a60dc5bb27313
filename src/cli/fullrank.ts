#!/usr/bin/env node
// The command `fullrank` of the package; in a clone it is fullrank.mjs.
import { main } from './main';

// `fullrank ... | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const code = await main(process.argv.slice(2));
// Dawn may still hold timers: say goodbye once everything is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
