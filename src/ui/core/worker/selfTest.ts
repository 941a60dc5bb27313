import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { DeviceReport, SelfTest } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';
import { studio } from './client';
import { keepRun } from '../storage/keep';
import { updateRun, useRuns, type Run } from '../runs/runs';

/** The device self-test and its last verdict, kept for this device in this browser. */

const storageKey = 'fullrank.selfTest';
/** Raise it when the checks change. */
const version = 3;

interface State {
  result: SelfTest | null;
  running: boolean;
  done: number;
  total: number;
  /** Reason why the test itself could not run. */
  error: string;
}

export const useSelfTest = create<State>()(() => ({ result: null, running: false, done: 0, total: 0, error: '' }));

const keyOf = ({ vendor, architecture, description, features, limits }: DeviceReport): string => JSON.stringify([version, vendor, architecture, description, features, limits, navigator.userAgent]);

function kept(device: DeviceReport): SelfTest | null {
  try {
    const { key, result } = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as { key?: string; result?: SelfTest };
    return key === keyOf(device) && result && Array.isArray(result.checks) ? result : null;
  } catch {
    return null;
  }
}

/** Tests the device in the worker. A run that is started meanwhile waits. */
export async function testDevice(): Promise<void> {
  const { device } = useCatalog.getState();
  if (!device?.ok || useSelfTest.getState().running) return;
  useSelfTest.setState({ running: true, done: 0, total: 0, error: '' });
  try {
    const result = await studio().selfTest(proxy((done: number, total: number) => useSelfTest.setState({ done, total })));
    useSelfTest.setState({ result });
    tellRuns(device.description);
    try {
      localStorage.setItem(storageKey, JSON.stringify({ key: keyOf(device), result }));
    } catch {
      // It is tested again next time.
    }
  } catch (error) {
    useSelfTest.setState({ error: messageOf(error) });
  }
  useSelfTest.setState({ running: false });
}

/** The verdict as it is stored with a run; undefined while the device was not tested. */
export function verdictNow(): Run['selfTest'] {
  const { result } = useSelfTest.getState();
  if (!result) return undefined;
  const { ok, gflops, quads, checks } = result;
  return { ok, gflops, quads, checks: checks.length, problems: checks.flatMap(({ name, problem }) => (problem ? `${name}: ${problem}` : [])) };
}

/** Runs of this device that were trained before it was tested get the verdict as well. */
function tellRuns(device: string): void {
  const selfTest = verdictNow();
  for (const run of useRuns.getState().runs) {
    if (run.selfTest || run.theirs || run.summary?.device.description !== device) continue;
    updateRun(run.id, { selfTest });
    void keepRun(run.id);
  }
}

/** The kept verdict; a graphics card that has none is tested at once, which takes it under a second. */
export function followDevice(): void {
  useCatalog.subscribe(({ device }, before) => {
    if (!device?.ok || device === before.device) return;
    const result = kept(device);
    useSelfTest.setState({ result });
    if (result?.tuning) void studio().adoptTuning(result.tuning).catch(() => {});
    if (!result && !device.software) void testDevice();
  });
}
