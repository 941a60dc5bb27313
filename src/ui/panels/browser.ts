export type Browser = 'chromium' | 'chromium-linux' | 'android' | 'safari' | 'firefox' | 'other';

/** Which advice on WebGPU fits, from what the browser says of itself. */
export function browserName(userAgent: string): Browser {
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Android/.test(userAgent) && /Chrome\//.test(userAgent)) return 'android';
  if (/(Chrome|Chromium|Edg)\//.test(userAgent)) return /Linux|CrOS/.test(userAgent) ? 'chromium-linux' : 'chromium';
  if (/Safari\//.test(userAgent)) return 'safari';
  return 'other';
}
