import { useEffect, useRef, useState } from 'react';
import { Panel } from '../controls/Panel';
import { part } from '../controls/Part';
import { counts } from '../store/runGroups';
import { useResultRuns } from '../store/view';
import { t } from '../strings';
import { StartButton } from './Start';
import css from './runs.module.css';

const Board = part(() => import('../compare/Board').then((module) => module.default), <p className={css.soft}>{t.board.loading}</p>);

/** What accuracy costs, and where it comes from: plots of finished runs, fetched when they come near. */
export function BoardPanel() {
  const some = useResultRuns().some(counts);
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !place.current) return;
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), { rootMargin: '600px' });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, [near, some]);
  return (
    <Panel title={t.board.title}>
      <div ref={place}>
        {!some ? (
          <>
            <p className={css.soft}>{t.board.empty}</p>
            <StartButton text={t.board.start} />
          </>
        ) : near ? (
          <Board />
        ) : (
          <p className={css.soft}>{t.board.loading}</p>
        )}
      </div>
    </Panel>
  );
}
