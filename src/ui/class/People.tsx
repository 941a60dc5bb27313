import type { ReactNode } from 'react';
import { countsOf, type RoomPerson, type RoomState } from '../../records/class.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { partsOf } from '../../language/format';
import { isComplete } from './store/results';
import css from './room.module.css';
import { roomWords } from './words/room';

export const nameOf = ({ name, number }: Pick<RoomPerson, 'name' | 'number'>): string => name || roomWords.nameless(number);

/** Progress of the class, and the people in it; while it does not answer, the last known progress. */
export function Progress({ state, heard, me, actions }: { state: RoomState; heard: boolean; me?: number; actions?: (person: RoomPerson) => ReactNode }) {
  return (
    <>
      <Counts state={state} heard={heard} />
      {heard && <People state={state} me={me} actions={actions} />}
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
      {all > state.grid && <p className={css.soft}>{roomWords.found.further(all - state.grid)}</p>}
    </div>
  );
}

/** A table of the class: the last column holds numbers; with `actions` buttons follow in one more. */
export function RoomTable({ label, heads, actions = false, children }: { label: string; heads: readonly string[]; actions?: boolean; children: ReactNode }) {
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
            {actions && (
              <th scope="col">
                <span className="sr">{roomWords.actions.title}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The people of the class, each in a row: what they train, how far that is, and how much they have done. */
function People({ state, me = 0, actions }: { state: RoomState; me?: number; actions?: (person: RoomPerson) => ReactNode }) {
  const { people } = state;
  if (people.length === 0) return <p className={css.soft}>{roomWords.none}</p>;
  return (
    <RoomTable label={roomWords.people} heads={[roomWords.person, roomWords.now, roomWords.done]} actions={actions !== undefined}>
      {people.map((person) => (
        <tr key={person.number}>
          <th scope="row">{person.number === me ? roomWords.you(nameOf(person)) : nameOf(person)}</th>
          <td>
            <Now person={person} state={state} />
          </td>
          <td className={css.num}>{person.done}</td>
          {actions && <td>{actions(person)}</td>}
        </tr>
      ))}
    </RoomTable>
  );
}

function Now({ person: { has, again, here, silent, paused, step, steps }, state }: { person: RoomPerson; state: RoomState }) {
  const experiment = has === null ? undefined : state.experiments[has];
  if (!experiment) return !here ? roomWords.away : silent > 0 ? roomWords.silent(silent) : isComplete(state) ? roomWords.ready : roomWords.idle;
  return (
    <span className={css.now}>
      <MethodKey method={experiment.method}>{experiment.name}</MethodKey>
      <span className={css.soft}>{partsOf([again && roomWords.repeats, paused ? roomWords.paused : step > 0 ? roomWords.step(step, steps) : roomWords.begins, silent > 0 && roomWords.silent(silent)])}</span>
    </span>
  );
}
