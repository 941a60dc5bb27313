
/** Numbers as people read them. Everything goes through Intl, figures are tabular by CSS. */

const integer = new Intl.NumberFormat('en');
const fixed = [0, 1, 2].map((digits) => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

/** 147,456 */
export const formatCount = (value: number): string => integer.format(Math.round(value));

/** An accuracy of 0 to 1 in percent with one decimal, without the sign: 89.1 */
export const formatPercent = (value: number): string => (Number.isFinite(value) ? fixed[1].format(100 * value) : '–');

/** Bytes in MiB with two decimals: 48.30 */
export const formatMiB = (bytes: number): string => (bytes > 0 && bytes < 0.005 * 2 ** 20 ? '< 0.01' : fixed[2].format(bytes / 2 ** 20));

/** A size of files, decimal as download pages count: 343.2 MB */
export function formatSize(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return bytes < 1000 ? `${integer.format(bytes)} bytes` : `${fixed[1].format(bytes / unit)} ${name}`;
}

/** A loss or another small quantity with three significant figures. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 10000)) return value.toExponential(1);
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** Setting values: 0.003, 1e-5, 32. */
export function formatSetting(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e7) ? value.toExponential().replace('e+', 'e') : String(value);
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

/** Ticks of an axis, whose words have little room: 0.003, 5000, 2e4. */
export const formatTick = (value: number): string => (Math.abs(value) >= 10_000 ? value.toExponential().replace('e+', 'e') : formatSetting(value));

/** A rate per second: two figures below ten, whole numbers above. */
export const formatRate = (value: number): string => (!Number.isFinite(value) || value <= 0 ? '–' : value < 10 ? fixed[1].format(value) : integer.format(Math.round(value)));

/** 0:17, 12:05, 1:02:00 */
export function formatClock(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** 2 min 45 s; 40 s; 1 h 2 min */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** 12 minutes ago */
export function formatAgo(then: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const seconds = Math.round((then - now) / 1000);
  if (seconds > -60) return relative.format(Math.min(0, seconds), 'second');
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86400), 'day');
}

/** 10 k, 1 M: tick labels on a log axis of counts. */
export function formatShort(value: number): string {
  if (value >= 1e6) return `${integer.format(value / 1e6)} M`;
  if (value >= 1e3) return `${integer.format(value / 1e3)} k`;
  return integer.format(value);
}

/** A day and a time; nothing for a number from outside that is none. */
export function formatDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}

/** A value with the half width of its interval, where it has one: "69.2 ± 2.3". */
export const withSpread = (value: number, half: number | null, format: (value: number) => string): string => (half === null ? format(value) : `${format(value)} ± ${format(half)}`);
