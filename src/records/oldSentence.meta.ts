import { cut } from '../errors/text';

/** Bounds of a sentence in a record from outside. */
const [mostLetters, mostValues, mostDeep] = [20_000, 100, 8];

/**
 * The text of a sentence as older versions kept it: `{ key: 'It has {0} parts.', values: [2] }`, where a value may be another such
 * sentence. Null for what is of no such form.
 */
export function oldSentence(value: unknown, deep = mostDeep): string | null {
  const { key, values } = (value ?? {}) as { key?: unknown; values?: unknown };
  if (typeof key !== 'string' || key.length > mostLetters || !Array.isArray(values) || values.length > mostValues) return null;
  const filled: string[] = [];
  for (const one of values as unknown[]) {
    const text = typeof one === 'string' ? one : typeof one === 'number' ? String(one) : deep > 0 ? oldSentence(one, deep - 1) : null;
    if (text === null) return null;
    filled.push(text);
  }
  let text = '';
  for (const [i, part] of key.split(/\{(\d+)\}/).entries()) {
    // A key may name its values again and again.
    if (text.length > mostLetters) break;
    text += i % 2 === 0 ? part : (filled[Number(part)] ?? `{${part}}`);
  }
  return cut(text, mostLetters);
}

/** Sentences of a record that an older version may have kept, as text; what is none is left out. */
export const sentences = (kept: unknown): string[] => (Array.isArray(kept) ? (kept as unknown[]) : []).map((one) => (typeof one === 'string' ? one : oldSentence(one))).filter((text) => text !== null);
