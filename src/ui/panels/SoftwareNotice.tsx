import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { isProcessor, makersName } from '../deviceName';
import { useCatalog } from '../store/catalog';
import { chooseDevice } from '../store/device';
import { useDeviceChoice } from '../store/deviceChoice';
import { t } from '../strings';
import { browserName } from './browser';

/** That the processor does the work, by which of two ways, and what else there is. Said where one trains; the header marks it everywhere. */
export function SoftwareNotice() {
  const device = useCatalog((catalog) => catalog.device);
  const { changing, softwareAdapter } = useDeviceChoice();
  if (!device?.ok || !device.software) return null;
  const { other } = device;
  return (
    <Notice kind="warn">
      {!isProcessor(device) ? t.device.software(makersName(device)) : other ? t.device.processorFirst : `${t.device.processor} ${t.device.howTo[browserName(navigator.userAgent)]}`}{' '}
      {other && (
        <Button kind="link" disabled={changing} onClick={() => void chooseDevice(other)}>
          {other === 'webgpu' && softwareAdapter ? t.device.takeSoftware : t.device.take[other]}
        </Button>
      )}
    </Notice>
  );
}
