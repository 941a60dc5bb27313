// npm start: installs and builds what is missing or out of date, serves the studio and prints its address; with --class to a class as well.
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { root, script, SetupError } from './run.mjs';
import { serve } from './serve.mjs';

await script(async () => {
  const { host, port, isClass, study } = options();
  await ensureInstalled();
  const folder = await ensureBuilt();
  const room = isClass ? await openClass(study) : null;
  let server;
  try {
    // A class that goes on has its address again, if that is free.
    server = await serve(folder, { host, port: port ?? (room?.port || 4173), room: room?.host });
  } catch (error) {
    throw new SetupError(`Cannot listen on ${host}${port === undefined ? '' : `, port ${port}`}: ${/** @type {Error} */ (error).message}`);
  }
  if (room) room.opened(server.url, host).forEach((/** @type {string} */ line) => console.log(line));
  else console.log(`Fullrank is at ${server.url}`);
  console.log('Stop it with Ctrl-C.');
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
});

/** Options from the command line. A class is reached from other computers, unless a host says otherwise. */
function options() {
  let parsed;
  try {
    parsed = parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' }, class: { type: 'boolean' } }, allowPositionals: true });
    if (parsed.positionals.length > (parsed.values.class ? 1 : 0)) throw new Error(`Unexpected argument '${parsed.positionals.at(-1)}'.`);
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message}\nUsage: npm start -- [--host 127.0.0.1] [--port 4173] [--class [STUDY.json|FOLDER]]`);
  }
  const { values, positionals } = parsed;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65535)) throw new SetupError(`--port ${values.port}: not a port number (0 to 65535).`);
  const isClass = values.class ?? false;
  return { host: values.host ?? (isClass ? '0.0.0.0' : '127.0.0.1'), port, isClass, study: positionals[0] };
}

/**
 * The room of a class. Its code is loaded only where there is one.
 * @param {string | undefined} study
 */
async function openClass(study) {
  const { load } = await import('../load.mjs');
  const { openRoom, reasonText } = await load('src/cli/room/open.ts');
  try {
    return await openRoom(study, { under: `${root}/class` });
  } catch (error) {
    throw new SetupError(reasonText(error));
  }
}
