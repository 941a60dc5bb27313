import { Button } from '../../kit/controls/Button';
import { cancelAlong, useAlong } from '../analyses/along';
import { alongProgress } from '../analyses/analysing';
import css from '../figures/landscape.module.css';
import { alongWords } from '../words/along';

/** How far a measurement along an update is, and its end. */
export function AlongProgress() {
  const along = useAlong();
  const { at, status } = along;
  return (
    <div className={css.progress}>
      <p>
        {alongProgress(along)}{' '}
        <Button kind="link" disabled={status === 'cancelling'} onClick={cancelAlong}>
          {alongWords.cancel}
        </Button>
      </p>
      <progress aria-label={alongWords.progressLabel} {...(at ? { value: at.done, max: at.total } : {})} />
    </div>
  );
}
