import { useEffect, useRef } from 'react';
import { SIDE } from '../../analysis/reach.meta';
import { defined, several } from '../../numbers/defined';
import { colourOf } from '../kit/charts/colourOf';
import { useTheme } from '../kit/charts/useTheme';
import css from './reach.module.css';

interface Props {
  matrix: Float64Array | Float32Array;
  columns?: number;
  rows?: number;
  most: number;
  label: string;
  className?: string;
}

/** A matrix as a picture: a colour above zero and one below it, full at `most`, the page's ground at zero. */
export function MatrixPicture({ matrix, columns = SIDE, rows = SIDE, most, label, className = css.picture }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    const [less, zero, more] = several(['--div-less', '--heat-lo', '--div-more'].map((name) => colourOf(element.parentElement!, name)), 3);
    const picture = context.createImageData(columns, rows);
    matrix.forEach((value, i) => {
      const share = Math.min(1, Math.abs(value) / most);
      const full = value < 0 ? less : more;
      for (let c = 0; c < 3; c++) picture.data[4 * i + c] = (1 - share) * defined(zero[c]) + share * defined(full[c]);
      picture.data[4 * i + 3] = 255;
    });
    context.putImageData(picture, 0, 0);
  }, [matrix, columns, rows, most, theme]);
  return <canvas ref={canvas} className={className} width={columns} height={rows} role="img" aria-label={label} />;
}
