import { t } from '../strings';
import { useKeptRuns } from '../store/view';
import { StartButton, StartCaption } from './Start';
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
        <StartButton big />
        <p>
          <StartCaption />
        </p>
      </div>
    </section>
  );
}
