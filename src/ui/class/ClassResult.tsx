import { useState } from 'react';
import type { RoomState } from '../../records/class.meta';
import { messageOf } from '../../errors/errors';
import { formatNumber, formatPercent, withSpread } from '../../language/format';
import { factNamed } from '../core/runs/facts';
import { groupRuns, meanFact, nameOf, verdict } from '../core/runs/runGroups';
import { useKeptRuns } from '../core/runs/runs';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { RoomTable } from './People';
import { saveReport } from './store/report';
import { ofClass, resultsHere } from './store/results';
import css from './room.module.css';
import { roomWords } from './words/room';

const accuracy = factNamed('accuracy')!;

/** What the class found, beside the results of this tab's person. */
export function ClassResult({ state }: { state: RoomState }) {
  const runs = resultsHere(useKeptRuns(), state);
  const words = roomWords.found;
  const mine = new Map(groupRuns(runs.filter((run) => !run.theirs), 'seed').map((group) => [group.key, meanFact(group, accuracy)]));
  const groups = groupRuns(ofClass(runs), 'seed');
  const rows = groups.flatMap((group) => {
    const all = meanFact(group, accuracy);
    return all ? [{ group, all, own: mine.get(group.key) }] : [];
  }).sort((a, b) => b.all.mean - a.all.mean);
  return (
    <section className={css.found} aria-label={words.title}>
      <h3>{words.title}</h3>
      <p>{rows.length === 0 ? words.waiting : verdict(groups)[0]}</p>
      {rows.length > 0 && (
        <>
          <RoomTable label={words.table} heads={[words.method, words.yours, words.all, words.results]}>
            {rows.map(({ group, all, own }) => (
              <tr key={group.key}>
                <th scope="row">
                  <MethodKey method={group.method}>{nameOf(group)}</MethodKey>
                </th>
                <td>{own ? formatPercent(own.mean) : '–'}</td>
                <td>{withSpread(all.mean, all.interval, formatPercent)}</td>
                <td className={css.num}>{formatNumber(all.n)}</td>
              </tr>
            ))}
          </RoomTable>
          <Report state={state} />
        </>
      )}
    </section>
  );
}

/** Saves the report of all results that are here; nothing while there are none. */
export function Report({ state }: { state: RoomState }) {
  const runs = resultsHere(useKeptRuns(), state);
  const [failed, setFailed] = useState('');
  if (runs.length === 0) return null;
  return (
    <>
      <Button
        title={roomWords.found.about}
        onClick={() => {
          setFailed('');
          saveReport(runs, state.code).catch((error: unknown) => setFailed(messageOf(error)));
        }}
      >
        {roomWords.found.report}
      </Button>
      {failed && <Note sign="err">{failed}</Note>}
    </>
  );
}
