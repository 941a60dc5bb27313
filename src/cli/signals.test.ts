import { expect, test, vi } from 'vitest';
import { endedBy, stoppable, withStop } from './signals';

const exits = (): number[] => {
  const codes: number[] = [];
  vi.spyOn(process, 'exit').mockImplementation((code) => void codes.push(Number(code)) as never);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  return codes;
};

test('the first interrupt stops what goes on, the same one again within a second does nothing, a second one ends the process', async () => {
  const codes = exits();
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  const stop = vi.fn();
  await stoppable(() =>
    withStop(stop, async () => {
      process.emit('SIGINT', 'SIGINT');
      now.mockReturnValue(5900);
      process.emit('SIGINT', 'SIGINT');
      process.emit('SIGTERM', 'SIGTERM');
      expect([stop.mock.calls, codes, endedBy()]).toEqual([[['SIGINT']], [], 130]);
      now.mockReturnValue(6100);
      process.emit('SIGINT', 'SIGINT');
      expect(codes).toEqual([130]);
      // What begins afterwards is stopped at its beginning.
      const later = vi.fn();
      await stoppable(() => withStop(later, () => Promise.resolve()));
      expect(later).toHaveBeenCalledTimes(1);
    }),
  );
  expect(process.listenerCount('SIGUSR1')).toBe(0);
  vi.restoreAllMocks();
});

test('where nothing goes on that could stop, the process ends at once, by the code of the signal', async () => {
  const codes = exits();
  await stoppable(async () => void process.emit('SIGUSR1', 'SIGUSR1'));
  await stoppable(async () => void process.emit('SIGTERM', 'SIGTERM'));
  expect(codes).toEqual([75, 143]);
  vi.restoreAllMocks();
});
