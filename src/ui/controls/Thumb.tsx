import { useEffect, useRef } from 'react';
import type { Picture } from '../../train/protocol';
import type { Sample } from '../store/catalog';
import css from './controls.module.css';

/** One of the data set: a picture, or the beginning of a text. The name of its class stands beside it. */
export const Thumb = ({ sample }: { sample: Sample }) => ('rgba' in sample ? <Small sample={sample} /> : <Words {...sample} />);

/** A text, or two. */
export function Words({ first, second }: { first: string; second: string | null }) {
  return (
    <span className={css.words} title={[first, second].filter(Boolean).join('\n')}>
      {first}
      {second !== null && <small>{second}</small>}
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
