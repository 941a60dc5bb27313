import { useState, type ComponentProps } from 'react';
import type { LayerUpdate } from '../../../analysis/analysis.meta';
import { Segmented } from '../../kit/controls/Segmented';
import { formatAlike, formatCount, formatFixed, formatLoss, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { pictureOfAnalysis } from './pictureOf';
import { middle } from '../analyses/insideFindings';
import { namesOf } from '../analyses/landscapeFindings';
import type { InsideProps } from './InsideFigures';
import { LayerHeat, layersOf, PartHeat } from './LayerHeat';
import { insideWords } from '../words/inside';

const measures = ['relative', 'rank', 'stable'] as const;
type Measure = (typeof measures)[number];

const fullRank = ({ shape }: LayerUpdate): number => Math.min(...shape);
const valueOf: Record<Measure, (one: LayerUpdate) => number> = { relative: ({ relative }) => relative, rank: ({ rank }) => rank, stable: ({ stable_rank }) => stable_rank };
const wordsOf: Record<Measure, (value: number) => string> = { relative: formatLoss, rank: formatCount, stable: (value) => formatFixed(value, 1) };

type LayersProps = ComponentProps<typeof PartHeat> & { slide: boolean; caption: string };

/** Every layer, or on a slide the median of each part's blocks. */
function Layers({ slide, value, shown, caption, ...rest }: LayersProps) {
  if (slide) return <PartHeat {...rest} value={value} shown={shown} caption={`${caption} ${insideWords.ofBlocks}`} />;
  const cell = (row: number, layer: string) => (Number.isFinite(value(row, layer)) ? shown(value(row, layer)) : null);
  return <LayerHeat {...rest} caption={caption} cell={cell} />;
}

/** Size, rank or stable rank of each layer's update. */
export function Ranks({ made, slide = false }: InsideProps) {
  const [measure, setMeasure] = useState<Measure>('relative');
  const names = namesOf(made, !slide);
  const layers = layersOf(made);
  const find = (run: number, layer: string) => defined(made.updates[run]).find((one) => one.layer === layer);
  const [of, words] = [valueOf[measure], wordsOf[measure]];
  const most = Math.max(1e-12, ...made.updates.flat().map((one) => (measure === 'relative' ? of(one) : fullRank(one))));
  const medians = names.map((name, run) => insideWords.median(name, words(middle(defined(made.updates[run]).map(of)))));
  const [relative, norm] = [formatAlike(made.updates.flat().map((one) => one.relative)), formatAlike(made.updates.flat().map((one) => one.norm))];
  const c = insideWords.layerColumns;
  const heads = [c.layer, c.run, c.rank, c.full, c.stable, c.relative, c.norm];
  const each = <T,>(row: (layer: string, name: string, one: LayerUpdate) => T): T[] => layers.flatMap((layer) => names.flatMap((name, run) => find(run, layer) ? [row(layer, name, find(run, layer)!)] : []));
  const value = (run: number, layer: string) => {
    const one = find(run, layer);
    return one ? of(one) : NaN;
  };
  return (
    <Layers
      slide={slide}
      value={value}
      shown={(value) => ({ text: words(value), shade: (100 * value) / most })}
      title={insideWords.ranks}
      of={pictureOfAnalysis(made.runs, made.images, made.split)}
      caption={insideWords.measureHints[measure]}
      summary={insideWords.layersSummary(insideWords.measures[measure], formatCount(layers.length), partsOf(medians))}
      tools={<Segmented label={insideWords.show} value={measure} options={measures.map((value) => ({ value, text: insideWords.measures[value] }))} onChange={setMeasure} />}
      layers={layers}
      rows={made.runs.map(({ method }, run) => ({ label: defined(names[run]), method }))}
      what={insideWords.measures[measure]}
      table={{
        head: heads,
        rows: each((layer, name, one) => [layer, name, one.rank, fullRank(one), formatFixed(one.stable_rank, 2), relative(one.relative), norm(one.norm)]),
        plain: { head: heads, rows: each((layer, name, one) => [layer, name, one.rank, fullRank(one), one.stable_rank, one.relative, one.norm]) },
      }}
    />
  );
}

const cosineText = (cosine: number): string => (Number.isFinite(cosine) ? formatFixed(cosine, 3) : '–');

/** Cosines between the updates of each two runs, layer by layer and of all weights together. */
export function Angles({ made, slide = false }: InsideProps) {
  const names = namesOf(made);
  const { runs, geometry, angles } = made;
  if (runs.length < 2) return null;
  const pairs = names.flatMap((one, a) => names.slice(a + 1).map((other, k) => {
    const b = a + 1 + k;
    return { a, b, label: insideWords.cosine(one, other), together: defined(defined(geometry.cosines[a])[b]) };
  }));
  const layers = [...new Set(angles.map(({ layer }) => layer))];
  const cosine = (pair: number, layer: string) => {
    const { a, b } = defined(pairs[pair]);
    return angles.find((one) => one.layer === layer && one.a === a && one.b === b)?.cosine ?? NaN;
  };
  const together = pairs.map((pair) => cosineText(pair.together));
  const head = [insideWords.layerColumns.layer, ...pairs.map(({ label }) => label)];
  const numbers: [string, ...number[]][] = [[insideWords.all, ...pairs.map((pair) => pair.together)], ...layers.map((layer): [string, ...number[]] => [layer, ...pairs.map((_, k) => cosine(k, layer))])];
  const listed = partsOf(pairs.map(({ label }, k) => `${label} ${together[k]}`));
  return (
    <Layers
      slide={slide}
      value={cosine}
      shown={(value) => ({ text: cosineText(value), shade: 100 * value })}
      title={insideWords.angles}
      of={pictureOfAnalysis(made.runs, made.images, made.split)}
      caption={insideWords.anglesHint(listed)}
      summary={insideWords.anglesSummary(listed)}
      layers={layers}
      rows={pairs}
      what={insideWords.cosineWord}
      table={{ head, rows: numbers.map(([layer, ...values]) => [layer, ...values.map(cosineText)]), plain: { head, rows: numbers } }}
    />
  );
}
