import { useEffect } from 'react';
import type { TextLengths as Lengths, TokenPart } from '../../train/protocol';
import { Note } from '../controls/Sign';
import { formatCount } from '../format';
import { dataById, useCatalog } from '../store/catalog';
import { lengthsKey, refreshLengths, useLengths } from '../store/lengths';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import css from './lengths.module.css';

const words = t.lengths;
const parts: TokenPart[] = ['text', 'counts', 'special', 'cut'];

/** How texts become tokens for the chosen model: how long they are, what is cut, and the first of them token by token, in sight with `tokens`. */
export function TextLengths({ tokens }: { tokens: boolean }) {
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  const reading = useCatalog((catalog) => dataById(catalog, data)?.texts?.reading);
  const { of, lengths, error } = useLengths();
  useEffect(() => void refreshLengths(), [model, data, reading]);
  if (of !== lengthsKey(model, data)) return null;
  if (error) return <Note sign="err">{error}</Note>;
  if (!lengths) return null;
  return (
    <>
      {lengths.cut > 0 && <Note sign="warn">{words.cut(lengths.cut, lengths.texts, lengths.most, formatCount(lengths.lost))}</Note>}
      <details className={css.lengths} open={tokens || undefined}>
        <summary>{words.title(formatCount(lengths.shortest), lengths.longest > lengths.shortest ? formatCount(lengths.longest) : '')}</summary>
        <Histogram of={lengths} />
        <p className={css.soft}>{words.samples}</p>
        <ol className={css.samples}>
          {lengths.samples.map((tokens, i) => (
            <li key={i}>
              {tokens.map(({ text, part }, at) => (
                <span key={at} className={css[part]} title={words.parts[part]}>
                  {text.trim() === '' ? '␣' : text}
                </span>
              ))}
            </li>
          ))}
        </ol>
        <p className={css.legend}>
          {parts
            .filter((part) => lengths.samples.some((tokens) => tokens.some((token) => token.part === part)))
            .map((part) => (
              <span key={part}>
                <span className={css[part]}>{words.example}</span> {words.parts[part]}
              </span>
            ))}
        </p>
      </details>
    </>
  );
}

/** Texts by their number of tokens. */
function Histogram({ of: { counts, width, longest, most } }: { of: Lengths }) {
  const highest = Math.max(...counts);
  const range = (i: number): string => {
    const [from, to] = [i * width + 1, Math.min(longest, (i + 1) * width)];
    return from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`;
  };
  return (
    <figure className={css.histogram}>
      <ul aria-label={words.byLength}>
        {counts.map((count, i) => (
          <li key={i} className={(i + 1) * width > most ? css.over : undefined} title={words.bar(range(i), formatCount(count), count)} aria-label={words.bar(range(i), formatCount(count), count)}>
            <i style={{ height: `${highest > 0 ? (100 * count) / highest : 0}%` }} />
          </li>
        ))}
      </ul>
      <figcaption>
        <span>{range(0)}</span>
        <span>{words.axis}</span>
        <span>{range(counts.length - 1)}</span>
      </figcaption>
    </figure>
  );
}
