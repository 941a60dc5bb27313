import { fullMatch } from '../io/pythonRegex';
import { defined } from '../numbers/defined';
import type { MethodConfig } from './field';
import { methodFields } from './fields';

interface Rule {
  matches: (name: string) => boolean;
  value: unknown;
}

/**
 * The `rank_pattern` and `alpha_pattern` of a config: which setting each gives another value, and for which layers. A key
 * is a regular expression of the end of a layer's name, from a dot on; the first that matches decides.
 * Source: peft/utils/other.py, get_pattern_key. Throws FormatError of a key that is no such expression.
 */
export function compilePatterns(config: MethodConfig): { field: string; setting: string; rules: Rule[] }[] {
  return Object.entries(defined(methodFields[config.method]).patterns ?? {}).map(([field, setting]) => ({
    field,
    setting,
    rules: Object.entries((config[field] ?? {}) as Record<string, unknown>).map(([key, value]) => ({ matches: ending(key), value })),
  }));
}

/** Predicate for names that end in the expression, from a dot on. */
function ending(key: string): (name: string) => boolean {
  const pattern = `(.*\\.)?(${key})`;
  // Stryker disable next-line ConditionalExpression,Regex: the slower way says the same
  if (!/^[\w.]+$/.test(key)) return fullMatch(pattern);
  // Plain names, the usual case, and there are many: nothing in them can take long.
  const plain = new RegExp(`^${pattern}$`);
  return (name) => plain.test(name);
}

/** The same config with patterns that name each layer in full, by our names; `names` are those that the patterns were written for. */
export function resolvePatterns(config: MethodConfig, names: ReadonlyMap<string, string>): MethodConfig {
  const resolved = compilePatterns(config).map(({ field, rules }) => {
    const found = [...names].flatMap(([layer, name]) => {
      const rule = rules.find(({ matches }) => matches(name));
      return rule ? [[layer, rule.value] as const] : [];
    });
    return [field, found.length ? Object.fromEntries(found) : undefined] as const;
  });
  return { ...config, ...Object.fromEntries(resolved.filter(([field]) => config[field] !== undefined)) };
}
