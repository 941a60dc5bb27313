import { describe, expect, test, vi } from 'vitest';
import { terminalOrders } from '../testing/hostileNames';
import { forTerminal } from './command';
import { main } from './main';

describe('the command line', () => {
  test.each(terminalOrders)('%j does nothing to a terminal', (order) => {
    const line = forTerminal(`run ${order} is done\tnow\nnext`);
    expect(line).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(line).toMatch(/^run .* is done\tnow\nnext$/s);
  });

  test('directions of writing are shown, letters of any script stay', () => {
    expect(forTerminal('\u202egnp.exe العربية Ünï 🐈')).toBe('\ufffdgnp.exe العربية Ünï 🐈');
  });

  test('an error that quotes a name is one harmless line', async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    try {
      for (const order of terminalOrders) expect(await main(['plan', '--model', `no such ${order} model`, '--offline'])).toBe(1);
    } finally {
      spy.mockRestore();
    }
    expect(lines).toHaveLength(terminalOrders.length);
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
