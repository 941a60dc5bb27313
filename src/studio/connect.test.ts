import { afterEach, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import { connect, proxy, WorkerError, type RunSpec } from './connect';
import { READY } from './ready';

/** A worker of a browser, whose script comes or does not, and which answers nothing. */
class Silent extends EventTarget {
  static started: Silent[] = [];
  readonly asked: unknown[] = [];
  terminated = false;
  constructor() {
    super();
    Silent.started.push(this);
  }
  postMessage(message: unknown): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  Silent.started = [];
});

test('what was asked before a worker is there reaches it in order, and ends with it', async () => {
  vi.stubGlobal('Worker', Silent);
  const { worker, terminate } = connect();
  const calls = [worker.device(), worker.datasets('texts')];
  const [started] = Silent.started;
  expect(started!.asked).toEqual([]);
  started!.dispatchEvent(new MessageEvent('message', { data: READY }));
  expect(started!.asked).toMatchObject([{ path: ['device'] }, { path: ['datasets'] }]);
  terminate();
  for (const call of calls) await expect(call).rejects.toBeInstanceOf(WorkerError);
  await expect(worker.device()).rejects.toBeInstanceOf(WorkerError);
  expect(started).toMatchObject({ terminated: true, asked: { length: 2 } });
});

test('a worker whose script does not come is started three times, and then its calls say so', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Silent);
  const failed = vi.fn();
  const { worker } = connect(failed);
  const call = worker.device();
  const refused = expect(call).rejects.toThrow(/could not be loaded/);
  for (let start = 0; start < 3; start++) {
    expect(Silent.started).toHaveLength(start + 1);
    expect(failed).not.toHaveBeenCalled();
    defined(Silent.started[start]).dispatchEvent(new Event('error'));
    await vi.advanceTimersByTimeAsync(1000);
  }
  await refused;
  expect(failed).toHaveBeenCalledTimes(1);
  expect(Silent.started).toHaveLength(3);
});

const answer = (worker: Silent | undefined): void => void defined(worker).dispatchEvent(new MessageEvent('message', { data: READY }));
const fates = () => Silent.started.map(({ terminated }) => terminated);

test('a worker that never comes, and says nothing, is given up for another twice; the last may take as long as it needs', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Silent);
  const failed = vi.fn();
  const { worker } = connect(failed);
  void worker.device();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(fates()).toEqual([true, true, false]);
  expect(failed).not.toHaveBeenCalled();
  answer(Silent.started[2]);
  expect(defined(Silent.started[2]).asked).toMatchObject([{ path: ['device'] }]);
});

test('one that came and stops at its first work is given up for another, which is asked the same; one that answers is not', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Silent);
  const { worker } = connect();
  void worker.device();
  answer(Silent.started[0]);
  await vi.advanceTimersByTimeAsync(1000);
  void worker.datasets('texts');
  expect(defined(Silent.started[0]).asked).toMatchObject([{ path: ['device'] }, READY, { path: ['datasets'] }]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(fates()).toEqual([true, false]);
  answer(Silent.started[1]);
  expect(defined(Silent.started[1]).asked).toMatchObject([{ path: ['device'] }, { path: ['datasets'] }]);
  for (let second = 0; second < 100; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    if (second < 40) answer(Silent.started[1]);
  }
  expect(fates()).toEqual([true, false]);
});

test('one that was given something for good is not given up', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', Silent);
  const { worker } = connect();
  void worker.evaluateRun({} as RunSpec, [], 0, proxy(() => {}));
  answer(Silent.started[0]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(fates()).toEqual([false]);
});

test('whoever asks without waiting leaves no unhandled rejection behind', async () => {
  vi.stubGlobal('Worker', Silent);
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const { worker, terminate } = connect();
  void worker.pause();
  terminate();
  await new Promise((later) => setTimeout(later, 20));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
