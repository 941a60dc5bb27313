import { sureWords } from '../../player/sure.meta';
import { formatPercent } from '../../language/format';
import { Slider } from '../kit/controls/Slider';
import { lineOf, useTryout, type Candidate } from './store/tryout';
import css from './tryout.module.css';
import { tryoutWords } from '../core/words/tryout';

const percent = (share: number): string => `${formatPercent(share)} %`;
/** Places of the slider: as many as the exported page has. */
const PLACES = 200;

/** How sure a model has to be for its answer to be given, as its exported page asks, with how that was chosen. */
export function Sure({ shown }: { shown: readonly Candidate[] }) {
  const { thresholds, sure } = useTryout();
  const found = shown.flatMap((one) => (thresholds[one.key] ? [{ one, threshold: thresholds[one.key]! }] : []));
  const [first] = found;
  if (!first) return null;
  const now = sure ?? first.threshold.value;
  return (
    <details className={css.how}>
      <summary>{sureWords.title}</summary>
      <Slider label={sureWords.label} text={sure === null && found.length > 1 ? tryoutWords.ownThresholds : percent(now)} min={0} max={PLACES} value={Math.round(now * PLACES)} onChange={(at) => useTryout.setState({ sure: at / PLACES })} />
      {found.map(({ one, threshold }) => (
        <p key={one.key} className={css.soft}>
          {found.length > 1 && `${lineOf(one, shown)}: `}
          {sureWords.chosen(threshold, percent)}
        </p>
      ))}
      <p className={css.soft}>{tryoutWords.samePage}</p>
    </details>
  );
}
