import { Button } from '../controls/Button';
import { formatDuration, formatSize, partsOf } from '../../language/format';
import { cancelHubLoad, type HubKind, type HubLoad } from '../store/hub';
import { t } from '../strings';
import css from './hub.module.css';

/** How far a load is: file, bytes of all files, rate, time left, and the way out. */
export function HubProgress({ kind, load }: { kind: HubKind; load: HubLoad }) {
  const { id, file, loaded, total, rate, secondsLeft } = load;
  const known = total > 0;
  const parts = [known && t.hub.progress(formatSize(loaded), formatSize(total)), rate > 0 && t.hub.rate(formatSize(rate)), secondsLeft !== null && secondsLeft > 0 && t.hub.left(formatDuration(secondsLeft))];
  return (
    <div className={css.progress}>
      <p role="status">{t.hub.loading(id)}</p>
      <Button small onClick={() => cancelHubLoad(kind)}>
        {t.hub.cancel}
      </Button>
      <progress aria-label={t.hub.loading(id)} {...(known ? { value: loaded, max: total } : {})} />
      <p className={css.amounts}>
        <span>{file || t.hub.asking}</span>
        <span>{partsOf(parts)}</span>
      </p>
    </div>
  );
}
