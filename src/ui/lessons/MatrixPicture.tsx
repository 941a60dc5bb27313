import { useEffect, useRef } from 'react';
import { SIDE } from '../../analysis/reach.meta';
import { defined, several } from '../../numbers/defined';
import { colourOf } from '../kit/charts/colourOf';
import { useTheme } from '../kit/charts/useTheme';
import css from './reach.module.css';

/** A matrix as a picture: a colour above zero and one below it, full at `most`, the page's ground at zero. */
export function MatrixPicture({ matrix, most, label }: { matrix: Float64Array; most: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    const [less, zero, more] = several(['--div-less', '--heat-lo', '--div-more'].map((name) => colourOf(element.parentElement!, name)), 3);
    const picture = context.createImageData(SIDE, SIDE);
    matrix.forEach((value, i) => {
      const share = Math.min(1, Math.abs(value) / most);
      const full = value < 0 ? less : more;
      for (let c = 0; c < 3; c++) picture.data[4 * i + c] = (1 - share) * defined(zero[c]) + share * defined(full[c]);
      picture.data[4 * i + 3] = 255;
    });
    context.putImageData(picture, 0, 0);
  }, [matrix, most, theme]);
  return <canvas ref={canvas} className={css.picture} width={SIDE} height={SIDE} role="img" aria-label={label} />;
}
