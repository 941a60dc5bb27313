import type { BytesByRole, Role } from '../../../train/protocol';
import { formatCount, formatMiB } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { rolesIn, totalOf } from '../../../figures/memory';
import { identity } from '../../kit/charts/MethodKey';
import css from './MemoryStack.module.css';
import { memoryWords } from '../words/memory';

/** Roles that hardly take any memory, whatever the method; they share one colour. */
const fixed: readonly Role[] = ['input', 'output', 'uniform', 'staging'];

/** Bytes by role as one bar; `full` bytes fill it. */
export function MemoryStack({ method, bytes, full }: { method: string; bytes: BytesByRole; full: number }) {
  return (
    <div className={`${css.stack} ${identity(method)}`} role="img" aria-label={memoryWords.needs(methodLook(method).title, formatMiB(totalOf(bytes)))}>
      {rolesIn(bytes).map((role) => {
        const size = bytes[role] ?? 0;
        return <i key={role} className={`${css[role]} ${size < full / 100 ? css.thin : ''}`} style={{ width: `${(100 * size) / full}%` }} />;
      })}
    </div>
  );
}

/** Legend for the parts of such bars, in the colour of one method; parts that look alike share a line. */
export function MemoryLegend({ method, bytes }: { method: string; bytes: readonly BytesByRole[] }) {
  const alike = new Map<string, Role[]>();
  for (const role of rolesIn(...bytes)) {
    const look = fixed.includes(role) ? 'fixed' : role;
    alike.set(look, [...(alike.get(look) ?? []), role]);
  }
  return (
    <ul className={`${css.legend} ${identity(method)}`}>
      {[...alike.values()].flatMap(([role, ...others]) => role ? [
        <li key={role} className={css.name}>
          <i className={`${css.sw} ${css[role]}`} aria-hidden="true" />
          {others.length > 0 ? memoryWords.small : memoryWords.roles[role]}
        </li>,
      ] : [])}
    </ul>
  );
}

/** The same bytes as a table, predicted beside allocated. */
export function MemoryRoles({ method, predicted, allocated }: { method: string; predicted: BytesByRole; allocated: BytesByRole | null }) {
  return (
    <table className={`${css.roles} ${identity(method)}`}>
      <thead>
        <tr>
          <th scope="col">{memoryWords.role}</th>
          <th scope="col">{memoryWords.predicted}</th>
          {allocated && <th scope="col">{memoryWords.allocated}</th>}
        </tr>
      </thead>
      <tbody>
        {rolesIn(predicted, allocated ?? {}).map((role) => (
          <tr key={role}>
            <th scope="row">
              <span className={css.name}>
                <i className={`${css.sw} ${css[role]}`} aria-hidden="true" />
                {memoryWords.roles[role]}
              </span>
            </th>
            <td title={memoryWords.bytes(formatCount(predicted[role] ?? 0))}>{formatMiB(predicted[role] ?? 0)}</td>
            {allocated && <td title={memoryWords.bytes(formatCount(allocated[role] ?? 0))}>{formatMiB(allocated[role] ?? 0)}</td>}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{memoryWords.total}</th>
          <td>{formatMiB(totalOf(predicted))}</td>
          {allocated && <td>{formatMiB(totalOf(allocated))}</td>}
        </tr>
      </tfoot>
    </table>
  );
}
