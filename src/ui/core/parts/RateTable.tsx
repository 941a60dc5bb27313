import type { RateSearch, RateTrial } from '../../../train/protocol';
import { Button, ButtonRow } from '../../kit/controls/Button';
import { RATES, ratesTried } from '../../../train/rates.meta';
import { formatCount, formatLoss, formatPercent, formatSetting } from '../../../language/format';
import { takeRateNow } from '../runs/trainer';
import css from './runs.module.css';
import { rateWords } from '../words/rates';

/** Results of the trials at each learning rate, with the rate that was chosen. */
export function RateTable({ search }: { search: RateSearch }) {
  const { trials } = search;
  return (
    <details className={css.rates}>
      <summary>{rateWords.title}</summary>
      <p>
        {rateWords.by(formatSetting(search.lr), ratesTried(search), search.held, formatSetting(search.seed))} {search.stopped && rateWords.stopped} {search.kept ? rateWords.keptOn(search.held) : search.edge && rateWords.edge}
      </p>
      <Trials trials={trials} chosen={search.lr} />
    </details>
  );
}

/** A search that goes on, as far as it is. */
export function RatesSoFar({ trials }: { trials: readonly RateTrial[] }) {
  return (
    <div className={css.rates}>
      <p>{rateWords.soFar(trials.length)}</p>
      {trials.length > 0 && <Trials trials={trials} />}
      {isRanked(trials) && (
        <ButtonRow>
          <Button small title={rateWords.takeHint} onClick={() => void takeRateNow()}>
            {rateWords.take}
          </Button>
        </ButtonRow>
      )}
    </div>
  );
}

/** True if every rate has been looked at: there is a best so far. */
const isRanked = (trials: readonly RateTrial[]): boolean => trials.some(({ rung }) => rung > 0) || trials.length >= RATES;

/** A row for each rate, a column for each length. */
function Trials({ trials, chosen }: { trials: readonly RateTrial[]; chosen?: number }) {
  const rates = [...new Set(trials.map(({ lr }) => lr))].sort((a, b) => a - b);
  const lengths = [...new Map(trials.map(({ rung, steps }) => [rung, steps]))].sort(([a], [b]) => a - b);
  const of = (lr: number, rung: number) => trials.find((trial) => trial.lr === lr && trial.rung === rung);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{rateWords.rate}</th>
          {lengths.map(([rung, steps]) => (
            <th key={rung} scope="col">
              {rateWords.after(formatCount(steps))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rates.map((lr) => (
          <tr key={lr} className={lr === chosen ? css.chosen : undefined}>
            <th scope="row">
              {formatSetting(lr)}
              {lr === chosen && ` (${rateWords.chosen})`}
            </th>
            {lengths.map(([rung]) => (
              <td key={rung}>{resultOf(of(lr, rung))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const resultOf = (trial: RateTrial | undefined): string => (!trial ? '–' : Number.isFinite(trial.loss) ? rateWords.result(formatPercent(trial.accuracy), formatLoss(trial.loss)) : rateWords.diverged);
