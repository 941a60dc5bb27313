// npm start: installs and builds what is missing or out of date, serves the studio and prints its address.
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { script, SetupError } from './run.mjs';
import { serve } from './serve.mjs';

await script(async () => {
  let values;
  try {
    values = parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' } } }).values;
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message}\nUsage: npm start -- [--host 127.0.0.1] [--port 4173]`);
  }
  const port = Number(values.port ?? 4173);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new SetupError(`--port ${values.port}: not a port number (0 to 65535).`);

  await ensureInstalled();
  const folder = await ensureBuilt();
  let server;
  try {
    server = await serve(folder, { host: values.host ?? '127.0.0.1', port });
  } catch (error) {
    throw new SetupError(`Cannot listen on ${values.host ?? '127.0.0.1'}, port ${port}: ${/** @type {Error} */ (error).message}`);
  }
  console.log(`Fullrank is at ${server.url}`);
  console.log('Stop it with Ctrl-C.');
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
});
