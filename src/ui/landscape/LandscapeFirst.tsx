import { WalkAction } from '../core/parts/WalkAction';
import css from '../core/figures/landscape.module.css';
import { RecordedLandscape } from './RecordedLandscape';

/** First step for a person who has trained nothing yet, and a landscape that comes with the page, as an example of what there will be to see. */
export function LandscapeFirst({ recorded }: { recorded: boolean }) {
  return (
    <>
      <div className={css.start}>
        <WalkAction made={null} example />
      </div>
      {recorded && <RecordedLandscape />}
    </>
  );
}
