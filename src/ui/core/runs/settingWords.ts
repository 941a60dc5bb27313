import { formatCount, formatSetting, listOf } from '../../../language/format';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { factNamed } from './facts';
import { initialSettings, type Settings } from '../settings/settings';
import { formatTargets } from '../data/targets';
import { undoWords } from '../words/share';
import { modelWords } from '../words/model';
import { budgetWords } from '../words/budget';
import { curveWords } from '../words/curves';
import { tableWords } from '../words/table';
import { landscapeWords } from '../words/landscape';

/** Values of the page's settings, in the words that the page has where they are chosen. */

/** A quantity by the title of its column; `-` before it is the largest first. */
const column = (name: string): string => (name.startsWith('-') ? undoWords.down(column(name.slice(1))) : (factNamed(name)?.title ?? name));

/** Settings whose values are names of the program's own. */
const chosen: { [S in keyof Settings]?: (value: Settings[S]) => string } = {
  model: (id) => modelById(useCatalog.getState(), id)?.title ?? id,
  data: (id) => dataById(useCatalog.getState(), id)?.title ?? id,
  targets: (targets) => (targets === 'all-linear' ? modelWords.targetsAll : formatTargets(targets)),
  match: (by) => budgetWords.kinds[by],
  maxWork: (most) => (most > 0 ? formatSetting(most) : budgetWords.noMaxWork),
  axis: (axis) => curveWords.axes[axis],
  curves: (names) => listOf(names.split(',').map((name) => curveWords.plots[name as keyof typeof curveWords.plots] ?? name)),
  group: (by) => tableWords.groups[by],
  sort: column,
  chartX: column,
  chartY: column,
  landscapeRange: (range) => landscapeWords.ranges[range],
  landscapeOn: (set) => (set === 'both' ? landscapeWords.both('val') : landscapeWords.splits[set]),
  landscapeOf: (quantity) => landscapeWords.quantities[quantity],
};

const isNothing = (value: unknown): boolean => value === '' || value === 0 || (Array.isArray(value) && value.length === 0);

export function settingWords<S extends keyof Settings>(name: S, value: Settings[S]): string {
  // Nothing is the default where it stands for what the page chooses itself.
  if (isNothing(value) && isNothing(initialSettings[name])) return undoWords.standard;
  return chosen[name]?.(value) ?? (typeof value === 'number' && value >= 1000 ? formatCount(value) : formatSetting(value));
}
