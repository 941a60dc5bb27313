import { quote } from '../errors/text';
import { FormatError } from './formatError';
import { fullMatch } from './pythonRegex';

/** A module of the base model: its dotted name and what it is; only `linear` ones can be adapted. */
export interface ModuleName {
  name: string;
  kind: string;
}

export interface TargetRules {
  /** Names or dot-suffixes; a string is a regular expression for the whole name, or `all-linear`. */
  target_modules: string | string[];
  exclude_modules?: string | string[] | null;
  /** Layer numbers; only for lists of suffixes, as in PEFT, or for a model's default pattern. */
  layers_to_transform?: number | number[] | null;
  /** `target_modules` is the model's default, not what a person wrote. */
  byDefault?: boolean;
  layers_pattern?: string | string[] | null;
  /** Trained in full, so never adapted. */
  modules_to_save?: string[] | null;
  /** Names of the classification head's modules, which `all-linear` leaves alone. */
  head?: string[];
}

/**
 * Names of the modules that a config adapts, in the model's order, by PEFT's rules (`check_target_module_exists`).
 * Throws FormatError when none matches, when a match is not linear, or when a pattern cannot be used.
 */
export function targets(modules: ModuleName[], rules: TargetRules): string[] {
  const wanted = rules.target_modules;
  const allLinear = typeof wanted === 'string' && wanted.toLowerCase() === 'all-linear';
  const head = new Set(rules.head);
  const included = allLinear ? () => true : matcher(wanted);
  const excluded = rules.exclude_modules?.length ? matcher(rules.exclude_modules) : null;
  const inLayers = layerFilter(rules);
  const found: string[] = [];
  let wholly: string | undefined;
  for (const { name, kind } of modules) {
    if (head.has(name) && included(name) && !allLinear) wholly = name;
    if (excluded?.(name) || rules.modules_to_save?.some((m) => `.${name}.`.includes(`.${m}.`)) || !included(name)) continue;
    if (allLinear && (kind !== 'linear' || head.has(name))) continue;
    // In PEFT a name given in full is taken whatever its layer.
    if (!(Array.isArray(wanted) && wanted.includes(name)) && !inLayers(name)) continue;
    if (kind !== 'linear') {
      throw new FormatError(`target_modules ${shown(wanted)} matches ${quote(name)}, which is ${kind}; only linear layers can be adapted, exclude it or name the others.`);
    }
    found.push(name);
  }
  if (found.length === 0) {
    if (wholly !== undefined) throw new FormatError(`target_modules ${shown(wanted)} matches only the classifier ${quote(wholly)}, which is trained whole anyway (modules_to_save); name other layers too, or take the linear probe.`);
    throw new FormatError(`target_modules ${shown(wanted)} matches no layer of this model; it has ${suffixes(modules.filter(({ name }) => !head.has(name))).join(', ')}.`);
  }
  return found;
}

/** Matches as PEFT does: a list by whole name or dot-suffix, a string as a regular expression for the whole name. */
export function matcher(pattern: string | string[]): (name: string) => boolean {
  if (typeof pattern === 'string') {
    return fullMatch(pattern);
  }
  return (name) => pattern.some((item) => name === item || name.endsWith(`.${item}`));
}

function layerFilter({ target_modules, byDefault, layers_to_transform: layers, layers_pattern: pattern }: TargetRules): (name: string) => boolean {
  const numbers = typeof layers === 'number' ? [layers] : (layers ?? []);
  const patterns = [pattern ?? []].flat().filter((p) => p !== '');
  if (numbers.length === 0) {
    if (patterns.length > 0) throw new FormatError('layers_pattern is set without layers_to_transform; give both or neither.');
    return () => true;
  }
  if (typeof target_modules === 'string' && !byDefault) throw new FormatError('layers_to_transform works with a list of target_modules only; put the layer numbers into the pattern.');
  // PEFT: re.match(r".*\.PATTERN\.(\d+)\.", name), so the last number that stands behind the pattern counts.
  const folders = (patterns.length === 0 ? ['[^.]*'] : patterns).map((p) => fullMatch(`.*\\.(?:${p})`));
  return (name) => {
    const candidates = [...name.matchAll(/\.(\d+)(?=\.)/g)].reverse();
    for (const inFolder of folders) {
      const match = candidates.find((m) => inFolder(name.slice(0, m.index)));
      if (match) return numbers.includes(Number(match[1]));
    }
    return false;
  };
}

/** The distinct ends of linear modules' names after their layer number, for telling what there is to choose from. */
function suffixes(modules: ModuleName[]): string[] {
  const ends = modules.filter((m) => m.kind === 'linear').map((m) => m.name.replace(/.*\.\d+\./, ''));
  const distinct = [...new Set(ends)];
  return distinct.length > 20 ? [...distinct.slice(0, 20), '…'] : distinct;
}

function shown(pattern: string | string[]): string {
  return quote([pattern].flat().join(', '));
}
