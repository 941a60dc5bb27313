import { Segmented } from '../controls/Segmented';
import { chooseMedium, ofRun, useMedium } from '../store/medium';
import { useShown, type ViewName } from '../store/shown';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';
import css from './panels.module.css';

/** The switch over a view of runs, where there are some of what is not in sight. */
export function MediumBar() {
  const medium = useMedium();
  const view = useShown((shown) => shown.view);
  const others = useKeptRuns().some(({ spec }) => ofRun(spec) !== medium);
  return others && ofRuns.includes(view) ? (
    <div className={css.mediumBar}>
      <MediumSwitch />
    </div>
  ) : null;
}

const ofRuns: readonly ViewName[] = ['compare', 'landscape', 'inside', 'try'];

/** Pictures or texts: what the page learns from, in every view. */
export function MediumSwitch() {
  return (
    <Segmented
      label={t.medium.title}
      value={useMedium()}
      options={[
        { value: 'pictures', text: t.medium.kinds.ofImages },
        { value: 'texts', text: t.medium.kinds.ofTexts },
      ]}
      onChange={(medium) => void chooseMedium(medium)}
    />
  );
}
