import { useSyncExternalStore } from 'react';
import { Button } from '../controls/Button';
import { Icon } from '../controls/Icon';
import { phone } from '../idle';
import { useCatalog } from '../store/catalog';
import { playRecorded } from '../store/recorded';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';
import { startTraining, StartButton, StartCaption, toCharts, useBlocked } from './Start';
import css from './panels.module.css';

/** First words and the one primary button; gives way to the run bar once there are runs. */
export function Hero() {
  const runs = useKeptRuns();
  if (runs.length > 0) return <h1 className="sr">{t.hero.title}</h1>;
  return (
    <section className={css.hero}>
      <div>
        <h1>{t.hero.title}</h1>
        <p>{t.hero.lead}</p>
      </div>
      <div className={css.go}>
        <Go />
      </div>
    </section>
  );
}

const usePhone = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      const query = matchMedia(phone);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(phone).matches,
  );

function Go() {
  const device = useCatalog((catalog) => catalog.device);
  const isPhone = usePhone();
  const blocked = useBlocked();
  if (!isPhone && (!device || device.ok))
    return (
      <>
        <span className={css.nudge}>
          <StartButton big />
        </span>
        <p>
          <StartCaption />
        </p>
      </>
    );
  const play = () => {
    playRecorded();
    toCharts();
  };
  return (
    <>
      <Button kind="primary" big onClick={play}>
        <Icon name="play" />
        {t.recorded.playPrimary}
      </Button>
      {isPhone ? (
        <Button disabled={blocked !== ''} onClick={startTraining}>
          {t.recorded.anyway}
        </Button>
      ) : (
        <StartButton secondary />
      )}
      <p>{device && !device.ok ? t.recorded.noDevice : t.recorded.phone}</p>
    </>
  );
}
