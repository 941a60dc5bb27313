import type { ReactNode } from 'react';
import { countsOf, type RoomPerson, type RoomState } from '../../records/class.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { partsOf } from '../../language/format';
import css from './room.module.css';
import { roomWords } from './words/room';

export const nameOf = ({ name, number }: Pick<RoomPerson, 'name' | 'number'>): string => name || roomWords.nameless(number);

/** Progress of the class, and the people in it; while it does not answer, the last known progress. */
export function Progress({ state, heard, me }: { state: RoomState; heard: boolean; me?: number }) {
  return (
    <>
      <Counts state={state} heard={heard} />
      {heard && <People state={state} me={me} />}
    </>
  );
}

function Counts({ state, heard }: { state: RoomState; heard: boolean }) {
  const { done, failed, taken, all } = countsOf(state);
  const there = state.people.filter((one) => one.here);
  const silent = there.filter((one) => one.silent > 0).length;
  const counts = roomWords.counts(done, all, taken, failed);
  return (
    <div className={css.counts}>
      <p role="status">{done + failed === all ? roomWords.complete(all, failed) : heard ? `${counts} ${roomWords.here(there.length - silent, silent)}` : roomWords.lastHeard(counts)}</p>
      <progress aria-label={roomWords.progress} value={done + failed} max={all} />
    </div>
  );
}

/** A table of the class: the last column holds numbers. */
export function RoomTable({ label, heads, children }: { label: string; heads: readonly string[]; children: ReactNode }) {
  return (
    <div className={css.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" className={i === heads.length - 1 ? css.num : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The people of the class, each in a row: what they train, how far that is, and how much they have done. */
function People({ state, me = 0 }: { state: RoomState; me?: number }) {
  const { people } = state;
  if (people.length === 0) return <p className={css.soft}>{roomWords.none}</p>;
  return (
    <RoomTable label={roomWords.people} heads={[roomWords.person, roomWords.now, roomWords.done]}>
      {people.map((person) => (
        <tr key={person.number}>
          <th scope="row">{person.number === me ? roomWords.you(nameOf(person)) : nameOf(person)}</th>
          <td>
            <Now person={person} state={state} />
          </td>
          <td className={css.num}>{person.done}</td>
        </tr>
      ))}
    </RoomTable>
  );
}

function Now({ person: { has, here, silent, paused, step, steps }, state }: { person: RoomPerson; state: RoomState }) {
  const experiment = has === null ? undefined : state.experiments[has];
  if (!experiment) return !here ? roomWords.away : silent > 0 ? roomWords.silent(silent) : roomWords.idle;
  return (
    <span className={css.now}>
      <MethodKey method={experiment.method}>{experiment.name}</MethodKey>
      <span className={css.soft}>{partsOf([paused ? roomWords.paused : step > 0 ? roomWords.step(step, steps) : roomWords.begins, silent > 0 && roomWords.silent(silent)])}</span>
    </span>
  );
}
