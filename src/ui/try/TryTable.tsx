import { useEffect, useMemo, useRef, useState } from 'react';
import type { Picture, Prediction, TryImages } from '../../train/protocol';
import { sureWords } from '../../player/sure.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { FileName } from '../kit/controls/FileName';
import { Tagged, Thumb, Words } from '../kit/controls/Thumb';
import { formatAmount, formatCount, formatPercent, partsOf } from '../../language/format';
import { defined } from '../../numbers/defined';
import { studio } from '../core/worker/client';
import { inspect, useLook } from './store/look';
import { useSettings } from '../core/settings/settings';
import { labelOf, leastSure, lineOf, shownTop, stoppedWord, useTryout, type Candidate } from './store/tryout';
import { pictureName } from '../core/parts/pictureName';
import { unknownIn } from './unknownIn';
import css from './tryout.module.css';
import { tryoutWords } from '../core/words/tryout';
import { lookWords } from '../core/words/look';

interface Props {
  images: TryImages;
  shown: Candidate[];
  /** Rows of each shown adapter. */
  columns: Prediction[][];
  /** The pictures of this page. */
  indices: number[];
  /** The pictures on which the adapters differ. */
  different: number[];
}

/** One page of pictures with what each adapter says of them. */
export function TryTable({ images, shown, columns, indices, different }: Props) {
  const pictures = usePictures(images, indices);
  const differing = new Set(different);
  const each = shown.map((one, i) => ({ one, rows: defined(columns[i]) }));
  // Whoever knows none of the true classes is not wrong.
  const judged = useMemo(() => columns.map((rows) => knowsSome(images.truths, rows)), [columns, images]);
  const { texts } = images;
  const { unknown, thresholds, sure } = useTryout();
  const rollout = useSettings((settings) => settings.rollout);
  const at = useLook((state) => state.at);
  return (
    // A wide table scrolls by itself; for that the keyboard must reach it.
    <div className={css.scroll} role="region" aria-label={tryoutWords.table} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            {!texts && (
              <th scope="col">
                <span className="sr">{tryoutWords.picture}</span>
              </th>
            )}
            <th scope="col">{texts ? tryoutWords.picture : tryoutWords.name}</th>
            {each.map(({ one, rows }) => (
              <th key={one.key} scope="col" style={{ width: `${80 / each.length}%` }}>
                <MethodKey method={one.method}>{labelOf(one)}</MethodKey>
                {!one.base && <small>{partsOf([one.name, stoppedWord(one)])}</small>}
                {rows.some(({ number }) => number !== undefined) && <small>{one.run?.classes[0] ?? one.imported?.info.labels[0]}</small>}
                <Right images={images} rows={rows} />
                {rows.length > 0 && rows.every(({ top, number, words, error }) => top.length === 0 && number === undefined && !words && error === '') && <small>{tryoutWords.silent}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indices.map((i) => (
            <tr key={i} className={differing.has(i) ? css.differs : undefined}>
              {!texts && (
                <td>
                  {rollout ? (
                    <button type="button" className={css.pick} aria-pressed={i === at} aria-label={lookWords.inspect(pictureName(defined(images.names[i])))} onClick={() => inspect(i)}>
                      {pictures[i] ? <Thumb sample={pictures[i]} /> : <span className={css.noThumb} />}
                    </button>
                  ) : pictures[i] ? (
                    <Thumb sample={pictures[i]} />
                  ) : (
                    <span className={css.noThumb} />
                  )}
                </td>
              )}
              <th scope="row">
                {texts?.[i] ? <Words {...texts[i]} /> : <FileName name={pictureName(defined(images.names[i]))} title={images.names[i]} />}
                {images.truths && <small>{tryoutWords.truth(defined(images.truths[i]))}</small>}
                {!!unknown?.[i]?.length && <small className={css.unknown}>{unknownIn(unknown[i])}</small>}
                {differing.has(i) && <small className={css.tag}>{tryoutWords.differs}</small>}
              </th>
              {each.map(({ one, rows }, c) => (
                <td key={one.key} data-name={lineOf(one, shown)}>
                  <PredictionCell least={leastSure(one.key, { thresholds, sure })} row={rows[i]} top={shownTop(one, rows[i]?.top ?? [])} truth={judged[c] ? images.truths?.[i] : undefined} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The likeliest class with its share, or none where that is not sure enough; the next ones unfold. */
function PredictionCell({ row, top: [first, ...next], truth, least }: { row: Prediction | undefined; /** The probability that its answer takes. */ least: number; top: Prediction['top']; truth?: string }) {
  const share = (probability: number) => `${formatPercent(probability)} %`;
  if (row?.words) return <Tagged words={row.words} how={({ label, probability }) => `${label}, ${share(probability)}`} />;
  if (row?.number !== undefined) return <span className={css.number}>{formatAmount(row.number, 2)}</span>;
  if (!row || !first) return '–';
  const right = truth === row.top[0]?.label;
  const unsure = first.probability < least;
  const verdict = truth === undefined || unsure ? '' : right ? tryoutWords.isRight : tryoutWords.isWrong;
  return (
    <details className={css.prediction}>
      <summary aria-label={`${partsOf([unsure && sureWords.none, first.label, verdict, share(first.probability)])}. ${tryoutWords.next(pictureName(row.name))}`}>
        <span className={truth === undefined || unsure ? undefined : right ? css.hit : css.wrong}>{unsure ? sureWords.none : first.label}</span>
        <span className={css.share}>{share(first.probability)}</span>
        <i style={{ width: `${100 * first.probability}%` }} />
        {unsure && <small>{sureWords.unsure(first.label, share(first.probability), share(least))}</small>}
      </summary>
      <ul>
        {next.map(({ label, probability }) => (
          <li key={label}>
            <span>{label}</span>
            <span className={css.share}>{share(probability)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** True if a model ever says one of the true classes. */
function knowsSome(truths: readonly string[] | null, rows: readonly Prediction[]): boolean {
  const known = new Set(truths);
  return rows.some(({ top: [first] }) => first && known.has(first.label));
}

/** Number of right answers, where the classes are known and are this adapter's. */
function Right({ images: { truths }, rows }: { images: TryImages; rows: Prediction[] }) {
  if (!truths || !knowsSome(truths, rows)) return null;
  const readable = rows.flatMap(({ top: [first] }, i) => (first ? [{ predicted: first.label, truth: truths[i] }] : []));
  const right = readable.filter(({ predicted, truth }) => predicted === truth).length;
  return <small>{tryoutWords.right(formatCount(right), formatCount(readable.length), formatPercent(right / readable.length))}</small>;
}

/** Small pictures of these places. A page's are fetched as its rows come, each once, and let go with the page. */
function usePictures(images: TryImages, indices: number[]): Record<number, Picture | null> {
  const [known, setKnown] = useState<{ images: TryImages; pictures: Record<number, Picture | null> }>({ images, pictures: {} });
  const asked = useRef({ images, places: new Set<number>() });
  const wanted = indices.join();
  useEffect(() => {
    const page = new Set(wanted.split(',').map(Number));
    if (asked.current.images !== images) asked.current = { images, places: new Set() };
    const { places } = asked.current;
    for (const i of places) if (!page.has(i)) places.delete(i);
    const list = images.texts ? [] : [...page].filter((i) => !places.has(i));
    if (list.length === 0) return;
    list.forEach((i) => places.add(i));
    studio()
      .tryPictures(list)
      .then((found) => {
        if (asked.current.images !== images) return;
        setKnown((before) => {
          const kept = before.images === images ? Object.entries(before.pictures).filter(([i]) => places.has(Number(i))) : [];
          return { images, pictures: Object.fromEntries([...kept, ...list.map((i, k) => [i, found[k] ?? null] as const)]) };
        });
      })
      // The table says everything without them.
      .catch(() => {});
  }, [images, wanted]);
  return known.images === images ? known.pictures : {};
}
