import { create } from 'zustand';
import type { DeviceChoice } from '../../train/protocol';

/** What computes, as the person chose it in this browser. */

const storageKey = 'fullrank.device';
export const deviceChoices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm'];

function kept(): DeviceChoice {
  try {
    return deviceChoices.find((one) => one === localStorage.getItem(storageKey)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export const useDeviceChoice = create<{ choice: DeviceChoice; changing: boolean; error: string }>()(() => ({ choice: kept(), changing: false, error: '' }));

export const deviceChoice = (): DeviceChoice => useDeviceChoice.getState().choice;

export function keepChoice(choice: DeviceChoice): void {
  useDeviceChoice.setState({ choice });
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    // It holds until the page is left.
  }
}
