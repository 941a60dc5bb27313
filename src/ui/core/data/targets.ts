/** Layers to adapt, in the forms that PEFT takes: ends of names, a regular expression, or `all-linear`. */
export type Targets = string | string[];

const looksLikePattern = /[\\^$*+?()[\]{}|]/;

/** Reads what was typed. Nothing, or the model's own list, means the default (an empty list). */
export function parseTargets(text: string, own: Targets): Targets {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === formatTargets(own)) return [];
  if (trimmed === 'all-linear' || looksLikePattern.test(trimmed)) return trimmed;
  const list = trimmed.split(/[\s,]+/).filter(Boolean);
  return formatTargets(list) === formatTargets(own) ? [] : list;
}

/** The text of a target list. */
export const formatTargets = (targets: Targets): string => (typeof targets === 'string' ? targets : targets.join(', '));
