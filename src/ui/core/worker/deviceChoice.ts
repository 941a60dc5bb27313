import { create } from 'zustand';
import type { DeviceChoice, Trial } from '../../../train/protocol';
import { canFuse } from '../../../wasm/relaxed.meta';

/** Device that computes, as the person chose it in this browser, and as a trial in it reported. */

const storageKey = 'fullrank.device';
const trialKey = 'fullrank.trial';
export const deviceChoices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm', ...(canFuse() ? ['wasm-fused' as const] : [])];

function kept(): DeviceChoice {
  try {
    return deviceChoices.find((one) => one === localStorage.getItem(storageKey)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export const useDeviceChoice = create<{ choice: DeviceChoice; changing: boolean; error: string; /** The browser's adapter was opened, and is software. */ softwareAdapter: boolean }>()(() => ({ choice: kept(), changing: false, error: '', softwareAdapter: false }));

export const deviceChoice = (): DeviceChoice => useDeviceChoice.getState().choice;

export function keepChoice(choice: DeviceChoice): void {
  useDeviceChoice.setState({ choice });
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    // It holds until the page is left.
  }
}

/** Another version of the browser, or threads where there were none, may say something else. */
const browser = (): string => JSON.stringify([navigator.userAgent, globalThis.crossOriginIsolated]);

/** Result of a trial in an earlier visit with this browser. */
export function triedBefore(): Trial | undefined {
  try {
    const { by, trial } = JSON.parse(localStorage.getItem(trialKey) ?? '{}') as { by?: string; trial?: Trial };
    return by === browser() ? trial : undefined;
  } catch {
    return undefined;
  }
}

export function keepTrial(trial: Trial): void {
  try {
    localStorage.setItem(trialKey, JSON.stringify({ by: browser(), trial }));
  } catch {
    // It is tried again at the next visit.
  }
}
