import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import { kernel, type Kernel } from '../engine/kernel';

/** Number of neighbouring channels that a kernel takes at a time. */
export type Lanes = 1 | 4;

/** Four where that divides the number of channels. */
export const lanesOf = (channels: number): Lanes => (channels % 4 === 0 ? 4 : 1);

/** Declares a kernel whose text uses `lanes`, in both widths. */
export const laneKernels = (name: string, text: string, libs: string[] = []): Record<Lanes, Kernel> => ({
  1: kernel(`${name}.lanes1`, text, [lanes1, ...libs]),
  4: kernel(name, text, [lanes4, ...libs]),
});
