import { useEffect } from 'react';
import { USUAL_TOKENS } from '../../data/reading.meta';
import type { TextLengths as Lengths, TokenPart } from '../../train/protocol';
import { FieldControl } from '../core/parts/Fields';
import { Note } from '../kit/controls/Sign';
import { formatCount, shortText } from '../../language/format';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import type { Field } from '../core/settings/fields';
import { lengthsKey, refreshLengths, useLengths } from './store/lengths';
import { changeSettings, useSettings } from '../core/settings/settings';
import css from './lengths.module.css';
import { lengthWords } from './words/lengths';

const words = lengthWords;
/** Share of words that a model does not know from which on it is told. */
const MANY = 0.1;
const parts: TokenPart[] = ['text', 'counts', 'special', 'cut'];

/** Tokens of the texts for the chosen model: their lengths, what is cut, and the first texts token by token, in sight with `tokens`. */
export function TextLengths({ tokens }: { tokens: boolean }) {
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  const maxLength = useSettings((settings) => settings.maxLength);
  const reading = useCatalog((catalog) => dataById(catalog, data)?.texts?.reading);
  const positions = useCatalog((catalog) => modelById(catalog, model)?.language?.max_tokens) ?? 0;
  const { of, lengths, error } = useLengths();
  useEffect(() => void refreshLengths(), [model, data, reading, maxLength]);
  if (of !== lengthsKey(model, data)) return null;
  if (error) return <Note sign="err">{error}</Note>;
  if (!lengths) return null;
  return (
    <>
      {lengths.cut > 0 && <Note sign="warn">{words.cut(lengths.cut, lengths.texts, lengths.most, formatCount(lengths.lost))} {lengths.most < positions && words.more}</Note>}
      {lengths.words.unknown >= MANY * lengths.words.all && lengths.words.unknown > 0 && <Note sign="warn">{words.unknown(formatCount((100 * lengths.words.unknown) / lengths.words.all), lengths.words.most.map((word) => words.quoted(shortText(word))))}</Note>}
      <details className={css.lengths} open={tokens || undefined}>
        <summary>{words.title(formatCount(lengths.shortest), lengths.longest > lengths.shortest ? formatCount(lengths.longest) : '')}</summary>
        <Histogram of={lengths} />
        <FieldControl field={fieldOf(positions)} value={Math.min(maxLength, positions) || undefined} onChange={(value) => changeSettings({ maxLength: Number(value ?? 0) })} />
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

/** Most tokens of a text for a model with so many positions. */
const fieldOf = (positions: number): Field => ({
  name: 'max_length',
  label: words.most,
  kind: 'integer',
  default: 0,
  min: 1,
  max: positions,
  help: words.mostHint(formatCount(positions)),
  empty: { value: 0, means: formatCount(Math.min(USUAL_TOKENS, positions)) },
});

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
