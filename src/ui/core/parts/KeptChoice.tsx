import type { Inside, Landscape } from '../../../analysis/analysis.meta';
import { partsOf } from '../../../language/format';
import { Choice } from '../../kit/controls/Choice';
import { idsOf } from '../analyses/analyses';

interface Props<Made> {
  label: string;
  kept: readonly Made[];
  shown: Made | null;
  onChoose: (made: Made) => void;
}

/** Choice between several kept analyses, by the names of their runs. */
export function KeptChoice<Made extends Landscape | Inside>({ label, kept, shown, onChoose }: Props<Made>) {
  const keyOf = (made: Made) => idsOf(made).join(' ');
  if (kept.length < 2 || !shown) return null;
  return <Choice label={label} value={keyOf(shown)} options={kept.map((made) => [keyOf(made), partsOf(made.runs.map(({ name }) => name))])} onChange={(key) => onChoose(kept.find((made) => keyOf(made) === key)!)} />;
}
