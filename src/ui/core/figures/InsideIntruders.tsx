import { INTRUDERS, intrudersIn, type LayerIntruders } from '../../../adapters/intruders.meta';
import { formatCount, formatFixed, formatSetting, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { namesOf } from '../analyses/landscapeFindings';
import { pictureOfAnalysis } from './pictureOf';
import type { InsideProps } from './InsideFigures';
import { LayerHeat, layersOf } from './LayerHeat';
import { insideWords } from '../words/inside';

/** Number of intruder dimensions of each layer; nothing where they were not looked for. */
export function Intruders({ made }: Pick<InsideProps, 'made'>) {
  const { intruders } = made;
  if (!intruders) return null;
  const names = namesOf(made, true);
  const { epsilon } = INTRUDERS;
  const top = Math.max(1, ...intruders.flat().map(({ cosines }) => cosines.length));
  const layers = layersOf(made);
  const find = (run: number, layer: string) => defined(intruders[run]).find((one) => one.layer === layer);
  const sums = intruders.map((list) => ({ count: list.reduce((sum, one) => sum + intrudersIn(one, epsilon), 0), all: list.reduce((sum, { cosines }) => sum + cosines.length, 0) }));
  const c = insideWords.intrudersColumns;
  const head = [c.layer, c.run, c.count, c.of, c.least];
  const each = (least: (one: LayerIntruders) => string | number) => layers.flatMap((layer) => names.flatMap((name, run) => {
    const one = find(run, layer);
    return one ? [[layer, name, intrudersIn(one, epsilon), one.cosines.length, least(one)]] : [];
  }));
  return (
    <LayerHeat
      title={insideWords.intruders}
      of={pictureOfAnalysis(made.runs, made.images, made.split)}
      caption={insideWords.intrudersHint(formatCount(top), formatSetting(epsilon))}
      summary={insideWords.intrudersSummary(partsOf(sums.map(({ count, all }, run) => insideWords.intrudersOf(defined(names[run]), formatCount(count), formatCount(all)))))}
      layers={layers}
      rows={made.runs.map(({ method }, run) => ({ label: defined(names[run]), method }))}
      cell={(run, layer) => {
        const one = find(run, layer);
        return one ? { text: formatCount(intrudersIn(one, epsilon)), shade: (100 * intrudersIn(one, epsilon)) / top } : null;
      }}
      what={insideWords.intrudersWhat}
      table={{ head, rows: each(({ cosines }) => formatFixed(Math.min(...cosines), 3)), plain: { head, rows: each(({ cosines }) => Math.min(...cosines)) } }}
    />
  );
}
