import { Boundary } from '../kit/controls/Part';
import { panels } from './panels';
import { useShown, type ViewName } from '../core/storage/shown';

/** The panels of one place of a view, in the order of the register, without those that a prepared view leaves out. */
export function In({ view, place = 'all' }: { view: ViewName; place?: string }) {
  const hide = useShown((shown) => shown.hide);
  return panels
    .filter((entry) => entry.view === view && entry.place === place && !hide.includes(entry.name))
    .map(({ name, Panel }) => (
      <Boundary key={name}>
        <Panel />
      </Boundary>
    ));
}
