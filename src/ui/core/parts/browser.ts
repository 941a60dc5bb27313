export type Browser = 'chromium' | 'chromium-linux' | 'android' | 'safari' | 'firefox' | 'other';

/** A telephone or tablet, whose browsers have no switches for WebGPU. */
export const isHandheld = (userAgent: string, touchAlone: boolean): boolean => touchAlone || /Mobi|Android|iPhone|iPad/.test(userAgent);

/** True where there is nothing but a finger to point with. */
export const hasTouchAlone = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches;

/** Browser by what it says of itself, to choose the advice on WebGPU that fits. */
export function browserName(userAgent: string): Browser {
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Android/.test(userAgent) && /Chrome\//.test(userAgent)) return 'android';
  if (/(Chrome|Chromium|Edg)\//.test(userAgent)) return /Linux|CrOS/.test(userAgent) ? 'chromium-linux' : 'chromium';
  if (/Safari\//.test(userAgent)) return 'safari';
  return 'other';
}
