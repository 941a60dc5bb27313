import { Button } from '../../kit/controls/Button';
import { formatAbout, formatSize, partsOf } from '../../../language/format';
import { shownTime } from '../runs/shownTime';
import { cancelHubLoad, type HubKind, type HubLoad } from '../data/hub';
import css from './hub.module.css';
import { hubWords } from '../words/hub';

/** Progress of a load: file, bytes of all files, rate, time left, and a way to cancel. */
export function HubProgress({ kind, load }: { kind: HubKind; load: HubLoad }) {
  const { id, file, loaded, total, rate, secondsLeft } = load;
  const known = total > 0;
  const left = shownTime(id, secondsLeft ?? NaN);
  const parts = [known && hubWords.progress(formatSize(loaded), formatSize(total)), rate > 0 && hubWords.rate(formatSize(rate)), left > 0 && hubWords.left(formatAbout(left))];
  return (
    <div className={css.progress}>
      <p role="status">{hubWords.loading(id)}</p>
      <Button small onClick={() => cancelHubLoad(kind)}>
        {hubWords.cancel}
      </Button>
      <progress aria-label={hubWords.loading(id)} {...(known ? { value: loaded, max: total } : {})} />
      <p className={css.amounts}>
        <span>{file || hubWords.asking}</span>
        <span>{partsOf(parts)}</span>
      </p>
    </div>
  );
}
