import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, type Page } from '@playwright/test';

export const joinButton = (page: Page) => page.getByRole('button', { name: 'Join the class' });
/** A person's row on the board. */
export const row = (page: Page, person: string | RegExp) => page.getByRole('region', { name: 'People' }).getByRole('row').filter({ has: page.getByRole('rowheader', { name: person }) });

/** `npm start -- --class STUDY` as a process of its own: what it says, its folder and addresses, and its end. A `port` of 0 is the class's own, or any. */
export async function startClass(study: string, port = 0) {
  const child = spawn(process.execPath, ['src/cli/setup/start.mjs', '--class', study, '--host', '127.0.0.1', '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith('Stop it')) break;
  }
  const output = lines.join('\n');
  const found = (pattern: RegExp) => pattern.exec(output)?.[1] ?? `nothing like ${pattern} in ${output}`;
  return {
    output,
    folder: found(/results are kept in (.+)/),
    board: found(/The board, for the teacher: (.+)/),
    others: found(/For everybody else: +(.+)/),
    async stop() {
      child.kill('SIGINT');
      expect((await once(child, 'exit'))[0]).toBe(0);
    },
    kill: () => void child.kill(),
  };
}
