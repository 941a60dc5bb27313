import { Button } from '../kit/controls/Button';
import { Notice } from '../kit/controls/Notice';
import { isByAddress, isProcessor, makersName } from '../core/worker/deviceName';
import { useCatalog } from '../core/data/catalog';
import { chooseDevice } from '../core/worker/device';
import { useDeviceChoice } from '../core/worker/deviceChoice';
import { browserName, hasTouchAlone, isHandheld } from '../core/parts/browser';
import { deviceWords } from '../core/words/device';

/** That the processor does the work, by which of two ways, and what else there is. Said where one trains; the header marks it everywhere. */
export function SoftwareNotice() {
  const device = useCatalog((catalog) => catalog.device);
  const { changing, softwareAdapter } = useDeviceChoice();
  if (!device?.ok || !device.software) return null;
  const { other } = device;
  const browser = browserName(navigator.userAgent);
  const handheld = isHandheld(navigator.userAgent, hasTouchAlone());
  // What can be done about it on a telephone is an update; switches in settings and flags are for computers.
  const advice = other || (handheld && browser !== 'android' && browser !== 'safari') ? '' : deviceWords.howTo[browser];
  const byAddress = isByAddress(device);
  const first = other && softwareAdapter && !handheld ? `${deviceWords.processorFirst} ${deviceWords.acceleration}` : deviceWords.processorFirst;
  return (
    <Notice kind="warn">
      {byAddress ? `${deviceWords.byAddress} ${deviceWords.slower}` : !isProcessor(device) ? `${deviceWords.software(makersName(device))} ${deviceWords.acceleration}` : advice === '' ? first : `${deviceWords.processor} ${advice}`}{' '}
      {/* Another way that is in software too is no cure: it is among the choices of the header. */}
      {other === 'webgpu' && !softwareAdapter && (
        <Button kind="link" disabled={changing} onClick={() => void chooseDevice(other)}>
          {deviceWords.takeGraphics}
        </Button>
      )}
    </Notice>
  );
}
