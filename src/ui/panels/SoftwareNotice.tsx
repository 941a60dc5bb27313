import { Notice } from '../controls/Notice';
import { makersName } from '../deviceName';
import { useCatalog } from '../store/catalog';
import { t } from '../strings';

/** That the processor does the work. Said where one trains; the header marks it everywhere. */
export function SoftwareNotice() {
  const device = useCatalog((catalog) => catalog.device);
  if (!device?.ok || !device.software) return null;
  return <Notice kind="warn">{t.device.software(makersName(device))}</Notice>;
}
