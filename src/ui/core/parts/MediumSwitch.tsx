import { Segmented } from '../../kit/controls/Segmented';
import { chooseMedium, ofRun, useMedium } from '../data/medium';
import { useShown, type ViewName } from '../storage/shown';
import css from './panels.module.css';
import { mediumWords } from '../words/data';
import { useKeptRuns } from '../runs/runs';

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
      label={mediumWords.title}
      value={useMedium()}
      options={[
        { value: 'pictures', text: mediumWords.kinds.ofImages },
        { value: 'texts', text: mediumWords.kinds.ofTexts },
      ]}
      onChange={(medium) => void chooseMedium(medium)}
    />
  );
}
