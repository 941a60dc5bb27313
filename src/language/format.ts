import { plainText } from '../errors/text';

/** Numbers, dates and lists as people read them. Everything goes through Intl, figures are tabular by CSS. */

const locale = 'en';
/** Below zero stands a minus, where the locale has a hyphen. */
const withMinus = (text: string): string => text.replace(/^-/, '−');
const numbers = (options?: Intl.NumberFormatOptions) => {
  const own = new Intl.NumberFormat(locale, options);
  return { format: (value: number): string => withMinus(own.format(value)) };
};
const integer = numbers();
const fixedTo = (digits: number, options?: Intl.NumberFormatOptions) => numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits, ...options });
const fixed = [fixedTo(0), fixedTo(1), fixedTo(2), fixedTo(3)] as const;
/** Without separators of thousands: next to values that have none. */
const bareTo = (digits: number) => fixedTo(digits, { useGrouping: false });
const signed = fixedTo(1, { signDisplay: 'exceptZero' });
const bare = [bareTo(0), bareTo(1), bareTo(2), bareTo(3)] as const;
const significant = (digits: number) => numbers({ minimumSignificantDigits: digits, maximumSignificantDigits: digits, useGrouping: false });
const [two, three] = [significant(2), significant(3)];
const parts = new Intl.ListFormat(locale, { type: 'unit', style: 'short' });
/** Without a comma before "and". */
const conjunction = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const inSentence = new Intl.NumberFormat(locale);
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const order = new Intl.Collator(locale, { numeric: true });

/** "a, b and c". */
export const listOf = (items: readonly string[]): string => conjunction.format(items);

/** A number within a sentence: 1,200 or 0.5, with up to three decimals. */
export const formatNumber = (value: number): string => inSentence.format(value);

/** The first of two texts for one thing, the second for any other number of them. */
export const plural = (count: number, one: string, other: string): string => (count === 1 ? one : other);

/** "1 run", "1,200 runs". */
export const counted = (count: number, one: string, other: string): string => `${formatNumber(count)} ${plural(count, one, other)}`;

/** 147,456 */
export const formatCount = (value: number): string => integer.format(Math.round(value));
/** Both ends of an interval of shares as whole percent. */
export const percentEnds = ([low, high]: readonly [number, number]): [string, string] => [formatCount(100 * low), formatCount(100 * high)];

/** With so many digits after the point: 0.50 */
export const formatFixed = (value: number, digits: 0 | 1 | 2 | 3): string => (Number.isFinite(value) ? bare[digits].format(value) : String(value));

/** With so many digits after the point, and separators of thousands: 1,234.5 */
export const formatAmount = (value: number, digits: 0 | 1 | 2 | 3): string => fixed[digits].format(value);

/** An accuracy of 0 to 1 in percent with one decimal, without the sign: 89.1 */
export const formatPercent = (value: number): string => (Number.isFinite(value) ? fixed[1].format(100 * value) : '–');

/** A difference of accuracies in points with its sign: +1.2, −0.3, 0.0 */
export const formatPoints = (difference: number): string => (Number.isFinite(difference) ? signed.format(100 * difference) : '–');

/** The half width of an interval, as values are written; what leaves half of all shares open is only said to be more than that, as of two seeds far apart. */
export const formatHalf = (half: number, format: (value: number) => string): string => (format === formatPercent && half > 0.5 ? `> ${formatPercent(0.5)}` : format(half));

/** The difference of two accuracies as they are written beside it, each rounded first: 65.2 and 67.5 differ by 2.3. */
export const pointsBetween = (from: number, to: number): number => (Number((100 * to).toFixed(1)) - Number((100 * from).toFixed(1))) / 100;

/** Bytes in MiB with two decimals: 48.30 */
export const formatMiB = (bytes: number): string => (bytes > 0 && bytes < 0.005 * 2 ** 20 ? `< ${fixed[2].format(0.01)}` : fixed[2].format(bytes / 2 ** 20));

const units = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']] as const;

/** A size of files, decimal as download pages count: 343.2 MB */
export function formatSize(size: number): string {
  const [unit, name] = units.find(([least]) => size >= least) ?? units[2];
  return size < 1000 ? `${formatNumber(size)}\u00a0${plural(size, 'byte', 'bytes')}` : `${fixed[1].format(size / unit)}\u00a0${name}`;
}

/** The loss of a step of training, with three significant figures: recordings know no more of it. */
export const formatTrainLoss = (value: number): string => (Math.abs(value) >= 0.001 && Math.abs(value) < 1000 ? three.format(value) : formatLoss(value));

/** A measured loss or another small quantity, with three decimals where it is below ten. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 10000)) return withMinus(value.toExponential(1));
  return bare[Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3].format(value);
}

/** The same for a list or a column: all have as many decimals as the largest of these. */
export function formatAlike(values: readonly number[]): (value: number) => string {
  const most = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  const digits = most >= 100 ? 0 : most >= 10 ? 1 : 3;
  return (value) => (Number.isFinite(value) && (value === 0 || (Math.abs(value) >= 0.5 * 10 ** -digits && most < 10000)) ? bare[digits].format(value) : formatLoss(value));
}

/** Formats a factor: 0.27, 12.3, 67,339 */
export const formatFactor = (value: number): string => (value >= 100 ? formatCount(value) : (value >= 10 ? bare[1] : two).format(value));

/** Setting values, spelled as in files and on the command line: 0.003, 1e-6, 32. All usual learning rates have one notation, for they stand in columns. */
export function formatSetting(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return value !== 0 && (Math.abs(value) < 1e-5 || Math.abs(value) >= 1e7) ? value.toExponential().replace('e+', 'e') : String(value);
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return plainText(value);
}

/** The same within a sentence, where whole numbers have separators of thousands, and no line ends after the hyphen of 1e-6. */
export const formatWithin = (value: unknown): string => (Number.isInteger(value) ? formatCount(value as number) : withMinus(formatSetting(value)).replaceAll('-', '-\u2060'));

/** Ticks of an axis, whose words have little room: 0.003, 5000, 2e4, 1e-4. */
export const formatTick = (value: number): string => withMinus(Math.abs(value) >= 10_000 || (value !== 0 && Math.abs(value) < 0.001) ? value.toExponential().replace('e+', 'e') : formatSetting(value));

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

/** 2 min 45 s; 40 s; 1 h 2 min: no line breaks one in two, nor a value from its unit. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole}\u00a0s`;
  const minutes = Math.floor(whole / 60);
  if (whole < 3600) return `${minutes}\u00a0min${whole % 60 ? ` ${whole % 60}\u00a0s` : ''}`;
  return `${formatNumber(Math.floor(whole / 3600))}\u00a0h ${Math.round((whole % 3600) / 60)}\u00a0min`;
}

/** Seconds as people round them: by fives below a minute, by half minutes below five, by minutes below twenty, and so on. */
export function roundTime(seconds: number): number {
  const unit = seconds < 10 ? 1 : seconds < 57.5 ? 5 : seconds < 285 ? 30 : seconds < 1170 ? 60 : seconds < 3450 ? 300 : seconds < 10_350 ? 900 : 1800;
  return seconds > 0 ? Math.max(1, Math.round(seconds / unit)) * unit : seconds;
}

/** The same of a time that is estimated: 2 min 30 s; 12 min; 1 h 15 min. */
export const formatAbout = (seconds: number): string => formatDuration(roundTime(seconds));

/** Factor by which a time may be off that no whole run of the same settings has taken. */
const OFF = 1.3;

/** Such a time, from and to: 4 to 7 min; 50 s to 1 min 30 s. */
export function formatRange(seconds: number): string {
  const [low, high] = [formatAbout(seconds / OFF), formatAbout(seconds * OFF)];
  const [, number, unit] = /^(\d+)(\u00a0\D+)$/.exec(low) ?? [];
  return low === high ? low : `${number && high.replace(/^\d+/, '') === unit ? number : low} to ${high}`;
}

/** 12 minutes ago */
export function formatAgo(then: number, now: number): string {
  const seconds = Math.round((then - now) / 1000);
  if (seconds > -60) return relative.format(Math.min(0, seconds), 'second');
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86400), 'day');
}

/** 500, 1 k, 1 M: tick labels of an axis of counts. */
export function formatShort(value: number): string {
  if (value >= 1e6) return `${integer.format(value / 1e6)} M`;
  if (value >= 1e3) return `${integer.format(value / 1e3)} k`;
  return integer.format(value);
}

/** A day and a time; nothing for a number from outside that is none. */
export function formatDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : moment.format(date);
}

/** A text that no line breaks in two, as a setting is. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/** A text as a sentence or a title begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A value with the half width of its interval, where it has one: what a chart draws is written too. "69.2 ± 2.3" */
export const withSpread = (value: number, half: number | null, format: (value: number) => string): string => (half === null || Number.isNaN(half) ? format(value) : `${format(value)} ± ${formatHalf(half, format)}`);

/** "LoRA, r 8": what there is of some parts, one after another. */
export const partsOf = (some: readonly (string | false | null | undefined)[]): string => parts.format(some.filter((part): part is string => Boolean(part)));

/** A setting's value that is longer than a line or a table has room for, as a pattern of layers is, ends in dots. */
export const shortText = (text: string): string => (text.length > 28 ? `${text.slice(0, 28)}…` : text);

/** The order of two texts, with numbers in them by their values. */
export const compareText = order.compare;
