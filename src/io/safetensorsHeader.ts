import { jsonOf, quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { type Dtype, dtypeBytes, isDtype } from './dtype';
import { FormatError } from './formatError';

/** Entry of one tensor; `start` and `end` are byte positions in the file. */
export interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  start: number;
  end: number;
}

export interface Header {
  tensors: Map<string, TensorEntry>;
  metadata: Record<string, string>;
  /** File position of the first data byte. */
  dataStart: number;
}

/** huggingface.js's cap; real headers are well below 1 MB. */
export const maxHeaderBytes = 25_000_000;
const maxRank = 64;

/**
 * Length of the JSON header from the file's first eight bytes (u64, little-endian).
 * Throws FormatError when it cannot be true for a file of `fileSize` bytes.
 */
export function headerLength(first: Uint8Array, fileSize: number): number {
  if (fileSize < 8 || first.byteLength < 8) {
    throw new FormatError(`This is not a safetensors file: it has ${fileSize} bytes, too few for a header.`);
  }
  const view = new DataView(first.buffer, first.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > maxHeaderBytes) {
    throw new FormatError(`The header claims ${length} bytes (at most ${maxHeaderBytes} are accepted): not a safetensors file, or a damaged one.`);
  }
  if (length > fileSize - 8) {
    throw new FormatError(`The header claims ${length} bytes but the file has only ${fileSize}: it is cut short, download it again.`);
  }
  return length;
}

/**
 * Reads and checks a safetensors header. `bytes` holds at least the length and the JSON header from the file's start;
 * `fileSize` bounds every claim. As the format demands, tensors must cover the data without overlaps or gaps.
 * Format: github.com/huggingface/safetensors. Throws FormatError, and nothing else.
 */
export function parseHeader(bytes: Uint8Array, fileSize: number): Header {
  const length = headerLength(bytes, fileSize);
  const dataStart = 8 + length;
  if (bytes.byteLength < dataStart) throw new FormatError(`The header has ${length} bytes but only ${bytes.byteLength - 8} were read.`);
  const json = parseJson(bytes.subarray(8, dataStart));
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = parseMetadata(value);
    else tensors.set(name, parseEntry(name, value, dataStart, fileSize));
  }
  checkLayout(tensors, dataStart, fileSize);
  return { tensors, metadata, dataStart };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    json = JSON.parse(text);
  } catch {
    throw new FormatError('The header is not valid JSON: this is not a safetensors file, or it is damaged.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new FormatError('The header is not a JSON object.');
  const twice = repeatedKey(text);
  if (twice !== null) throw new FormatError(`The header names ${quote(twice)} twice.`);
  return json as Record<string, unknown>;
}

/** First key that a valid JSON object text repeats at its top level (JSON.parse would silently keep the last), or null. */
function repeatedKey(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  // Stryker disable next-line EqualityOperator: behind the text is no letter, which changes nothing
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === '"') {
      const from = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      if (depth !== 1) continue;
      let next = i + 1;
      while (/\s/.test(defined(text[next]))) next++;
      if (text[next] !== ':') continue;
      const key = JSON.parse(text.slice(from, i + 1)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return null;
}

function parseMetadata(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  if (!entries || entries.some(([, v]) => typeof v !== 'string')) {
    throw new FormatError(`The header's "__metadata__" must map names to strings.`);
  }
  return Object.fromEntries(entries);
}

function parseEntry(name: string, value: unknown, dataStart: number, fileSize: number): TensorEntry {
  const fail = (what: string): never => {
    throw new FormatError(`Tensor ${quote(name)}: ${what}.`);
  };
  if (typeof value !== 'object' || value === null) return fail('its entry is not an object');
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (!isDtype(dtype)) return fail(`dtype ${quote(jsonOf(dtype ?? null))} is not one of ${Object.keys(dtypeBytes).join(', ')}`);
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every((d) => isCount(d, 2 ** 32))) {
    return fail(`shape must be at most ${maxRank} whole numbers from 0 to 2^32 - 1`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((o) => isCount(o, 2 ** 53))) {
    return fail('data_offsets must be two whole numbers');
  }
  const [begin, stop] = offsets as [number, number];
  if (begin > stop) return fail(`data_offsets [${begin}, ${stop}] run backwards`);
  if (stop > fileSize - dataStart) {
    return fail(`its data ends at byte ${dataStart + stop} but the file has only ${fileSize}; it is cut short, download it again`);
  }
  const dims = shape as number[];
  const bytes = dims.includes(0) ? 0 : dims.reduce((n, d) => n * d, dtypeBytes[dtype]);
  if (bytes !== stop - begin) return fail(`shape [${dims.join(', ')}] as ${dtype} takes ${bytes} bytes but data_offsets span ${stop - begin}`);
  return { dtype, shape: dims, start: dataStart + begin, end: dataStart + stop };
}

function isCount(value: unknown, below: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
}

function checkLayout(tensors: Map<string, TensorEntry>, dataStart: number, fileSize: number): void {
  const ordered = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let at = dataStart;
  for (const [i, [name, entry]] of ordered.entries()) {
    // The first cannot: it begins at the data or behind.
    if (entry.start < at) throw new FormatError(`Tensors ${quote(defined(ordered[i - 1])[0])} and ${quote(name)} overlap in the file.`);
    if (entry.start > at) throw new FormatError(`${entry.start - at} bytes before tensor ${quote(name)} belong to no tensor; safetensors allows no gaps.`);
    at = entry.end;
  }
  if (at !== fileSize) throw new FormatError(`${fileSize - at} bytes after the last tensor belong to no tensor; the file is damaged or not a safetensors file.`);
}
