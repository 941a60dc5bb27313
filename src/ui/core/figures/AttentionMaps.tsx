import { useMemo, type CSSProperties } from 'react';
import type { AttentionMap, Frame, Prediction } from '../../../train/protocol';
import { formatFixed, formatPercent, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { factsOf, levelPaths, levels, overlap, timesEven, topOf, type MapFacts } from '../../kit/charts/attention';
import { Figure } from '../../kit/charts/Figure';
import { MethodKey } from '../../kit/charts/MethodKey';
import css from './attention.module.css';
import { lookWords } from '../words/look';

export interface SeenBy {
  key: string;
  name: string;
  method: string;
  base: boolean;
  /** As the model sees it, after its resize and crop. */
  picture: Frame;
  prediction: Prediction;
}

const times = (value: number): string => formatFixed(value, 1);

/** Attention of several models on one picture: a map each over the picture as that model sees it, on one scale. */
export function AttentionMaps({ seen, title }: { seen: SeenBy[]; title: string }) {
  const maps = useMemo(() => seen.flatMap((one) => (one.prediction.attention ? [{ ...one, map: one.prediction.attention, facts: factsOf(one.prediction.attention) }] : [])), [seen]);
  const top = topOf(maps.map(({ map }) => map));
  const base = maps.find((one) => one.base)?.map;
  const lines = maps.map(({ map, facts, ...one }) => linesOf(map, facts, one.base ? undefined : base));
  const stops = maps.map(({ name, map, facts }, i) => lookWords.stop(name, Math.floor(facts.peak / map.cols) + 1, (facts.peak % map.cols) + 1, times(facts.times), partsOf(defined(lines[i]))));
  const rows = maps.flatMap(({ name, map }) => map.weights.map((v, i) => [name, Math.floor(i / map.cols) + 1, (i % map.cols) + 1, Number(v.toPrecision(4)), Number(timesEven(map, i).toPrecision(3))]));
  // Most models see the same pixels; another crop or size stands by itself.
  const views = maps.filter(({ picture }, i) => maps.findIndex((other) => same(other.picture, picture)) === i);
  return (
    <Figure title={title} summary={stops.join(' ')} stops={stops} table={{ head: lookWords.head, rows }} caption={lookWords.caption}>
      {(cursor) => (
        <>
          <div className={css.tiles} style={{ '--tiles': views.length + maps.length } as CSSProperties}>
            {views.map((view, i) => (
              <div key={`picture ${i}`} className={css.tile}>
                <p className={css.name}>{views.length > 1 ? lookWords.asSeenBy(view.name) : lookWords.asSeen}</p>
                <Drawing picture={view.picture} />
              </div>
            ))}
            {maps.map(({ key, name, method, picture, map, facts, prediction }, i) => (
              <div key={key} className={css.tile}>
                <p className={css.name}>
                  <MethodKey method={method}>{name}</MethodKey>
                </p>
                <Drawing picture={picture} map={map} top={top} peak={facts.peak} at={cursor === i} />
                <p className={css.says}>{prediction.top[0] ? lookWords.says(prediction.top[0].label, formatPercent(prediction.top[0].probability)) : lookWords.silent}</p>
                {defined(lines[i]).map((line) => (
                  <p key={line} className={css.fact}>
                    {line}
                  </p>
                ))}
              </div>
            ))}
          </div>
          <Legend top={top} />
        </>
      )}
    </Figure>
  );
}

function linesOf(map: AttentionMap, { half }: MapFacts, base?: AttentionMap): string[] {
  const common = base && overlap(map, base);
  return [
    lookWords.half(half, map.weights.length),
    ...(common === undefined || common === null ? [] : [lookWords.same(formatPercent(common))]),
  ];
}

const same = (a: Frame, b: Frame): boolean => a.width === b.width && a.height === b.height && a.rgba.every((v, i) => v === b.rgba[i]);

/** A picture, and over it in greys a map: what is read off the page must not be its colours. */
function Drawing({ picture, map, top = 1, peak = 0, at = false }: { picture: Frame; map?: AttentionMap; top?: number; peak?: number; at?: boolean }) {
  const url = useMemo(() => urlOf(picture, map !== undefined), [picture, map]);
  const paths = useMemo(() => (map ? levelPaths(map, top) : []), [map, top]);
  const { cols, rows } = map ?? { cols: picture.width, rows: picture.height };
  return (
    <svg className={css.map} viewBox={`0 0 ${cols} ${rows}`} aria-hidden="true">
      <image href={url} x="0" y="0" width={cols} height={rows} preserveAspectRatio="none" imageRendering={picture.width < 100 ? 'pixelated' : 'auto'} />
      {paths.map(({ level, d }) => (
        <path key={level} className={css.level} d={d} style={{ '--v': level / (levels - 1) } as CSSProperties} />
      ))}
      {map &&
        // A ring on a wider one of the page's colour: it stands off light and dark patches alike.
        [{ name: css.halo, thick: 3 }, { name: at ? css.here : css.peak, thick: at ? 2 : 1 }].map(({ name, thick }) => <circle key={name} className={name} style={{ strokeWidth: (thick * cols) / 90 }} cx={(peak % cols) + 0.5} cy={Math.floor(peak / cols) + 0.5} r={Math.max(0.36, cols / 40)} />)}
    </svg>
  );
}

function urlOf({ width, height, rgba }: Frame, grey: boolean): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const pixels = new Uint8ClampedArray(rgba);
  // Luma of Rec. 601, pulled towards the middle so that the map's own lightness leads.
  if (grey) for (let i = 0; i < pixels.length; i += 4) pixels.fill(50 + 0.6 * (0.299 * defined(pixels[i]) + 0.587 * defined(pixels[i + 1]) + 0.114 * defined(pixels[i + 2])), i, i + 3);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas.toDataURL();
}

/** The scale: even shares from none to the most, in the steps that are drawn. */
function Legend({ top }: { top: number }) {
  return (
    <div className={css.legend} aria-hidden="true">
      <p>{lookWords.legend.label}</p>
      <svg viewBox={`0 0 ${levels} 1`} preserveAspectRatio="none">
        {Array.from({ length: levels }, (_, level) => (
          <rect key={level} className={css.step} x={level} y="0" width="1" height="1" style={{ '--v': level / (levels - 1) } as CSSProperties} />
        ))}
      </svg>
      <div className={css.ticks}>
        <span>{lookWords.legend.none}</span>
        <span className={css.even} style={{ left: `${100 / top}%` }}>
          {lookWords.legend.even}
        </span>
        <span>{times(top)}</span>
      </div>
    </div>
  );
}
