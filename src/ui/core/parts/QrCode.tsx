import { encode } from 'uqr';
import { Note } from '../../kit/controls/Sign';
import css from './QrCode.module.css';
import { shareWords } from '../words/share';

/** The most bytes that a code of the largest size holds with the least correction. Source: ISO/IEC 18004. */
const most = 2953;

/** An address as a QR code: dark on light in every theme and on paper, since readers expect it so. Its own chunk: few visits need it. */
export default function QrCode({ link, large = false }: { link: string; large?: boolean }) {
  if (new TextEncoder().encode(link).length > most) return <Note sign="info">{shareWords.codeLong}</Note>;
  const { data, size } = encode(link, { ecc: 'L', boostEcc: true, border: 4 });
  const d = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg className={large ? css.large : css.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={shareWords.code(link)} shapeRendering="crispEdges">
      <rect className={css.light} width={size} height={size} />
      <path className={css.dark} d={d} />
    </svg>
  );
}
