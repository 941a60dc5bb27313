import { defined } from '../numbers/defined';
import type { Kernel } from './kernel';
import type { DeviceReport } from './report';

/** One way to run a dispatch. */
export interface Form {
  kernel: Kernel;
  overrides: Record<string, number>;
  grid: [number, number, number];
}

/**
 * Ways to run one dispatch that bind the same tensors and params and differ in rounding at most. The machine takes one when it
 * compiles, so that nothing recorded, planned or written depends on the device.
 */
export interface Forms {
  /** Kind of dispatch that the choice is made for, general words first: `product nn large`. */
  kind: string;
  /** By name; what is recorded as the entry's own kernel is among them. */
  of: Record<string, Form>;
  /** The form for a device that chose nothing. */
  usual: (device: Chooser) => string;
}

/** Names of forms by kind, or by the first words of kinds; of several the first that an entry has is taken. */
export type Choices = Record<string, readonly string[]>;

/** Properties of a device that the choice of a form depends on. */
export interface Chooser {
  report: DeviceReport;
  /** Neighbours form quads that can pass values round (quads.ts): kernels that have such a form are compiled in it. */
  quads: boolean;
  /** Quads work and eight neighbours are a subgroup, always: known of software adapters only. */
  octs: boolean;
  /** Forms to take for a dispatch, where that is not left to the op. */
  choices: Choices;
}

/** The form taken first of each kind, for a run's record. */
export const firstOf = (choices: Choices): Record<string, string> => Object.fromEntries(Object.entries(choices).map(([kind, [name = '']]) => [kind, name]));

/** The form of an entry that this device runs, with its name where there is a choice. */
export function formOf(device: Chooser, entry: Form & { forms?: Forms }): Form & { name?: string } {
  const { forms } = entry;
  if (!forms) return entry;
  const words = forms.kind.split(' ');
  for (let n = words.length; n > 0; n--) {
    const name = device.choices[words.slice(0, n).join(' ')]?.find((name) => forms.of[name]);
    if (name) return { ...defined(forms.of[name]), name };
  }
  const name = forms.usual(device);
  return forms.of[name] ? { ...forms.of[name], name } : entry;
}
