import { useEffect, useRef } from 'react';
import type { Excerpt, Picture, Sample } from '../../../train/protocol';
import { formatSetting } from '../../../language/format';
import css from './controls.module.css';

/** One of the data set: a picture, or the beginning of a text. The name of its class stands beside it. */
export const Thumb = ({ sample }: { sample: Sample }) => ('rgba' in sample ? <Small sample={sample} /> : <Words {...sample} />);

/** A text, or two, with the number that it is labelled with, or the class of each word. */
export function Words({ first, second, number, words }: Omit<Excerpt, 'label'>) {
  if (words) return <Tagged words={words} />;
  return (
    <span className={css.words} title={[first, second].filter(Boolean).join('\n')}>
      {first}
      {second !== null && <small>{second}</small>}
      {number !== undefined && <small className={css.given}>{formatSetting(number)}</small>}
    </span>
  );
}

/** The class for what is of none, as the field's sets of tagged words call it. */
const OUTSIDE = 'O';

/** Words, and under each its class; `how` says more of one where it is pointed at. */
export function Tagged<T extends { word: string; label: string }>({ words, how }: { words: readonly T[]; how?: (word: T) => string }) {
  return (
    <span className={css.tagged}>
      {words.map((one, i) => (
        <span key={i} className={one.label === OUTSIDE ? undefined : css.inside} title={how?.(one)}>
          {one.word}
          <small>{one.label === OUTSIDE ? <span className="sr">{one.label}</span> : one.label}</small>
        </span>
      ))}
    </span>
  );
}

/** Decorative: the name of its class says what it is. */
function Small({ sample }: { sample: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(new Uint8ClampedArray(sample.rgba), sample.width, sample.height), 0, 0);
  }, [sample]);
  return <canvas ref={canvas} className={css.thumb} width={sample.width} height={sample.height} aria-hidden="true" />;
}
