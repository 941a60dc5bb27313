import { useEffect, useRef } from 'react';
import type { Sample } from '../store/catalog';
import css from './controls.module.css';

/** One picture of the data set. Decorative: the name of its class stands beside it. */
export function Thumb({ sample }: { sample: Sample }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(new Uint8ClampedArray(sample.rgba), sample.width, sample.height), 0, 0);
  }, [sample]);
  return <canvas ref={canvas} className={css.thumb} width={sample.width} height={sample.height} aria-hidden="true" />;
}
