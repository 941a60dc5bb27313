import { messageOf } from '../../../errors/errors';
import type { DeviceChoice } from '../../../train/protocol';
import { studio } from './client';
import { keepChoice, triedBefore, useDeviceChoice } from './deviceChoice';
import { askDevice } from '../data/open';

/** Opens the device anew by this choice and keeps it; the sentence that refuses it stands in the store. */
export async function chooseDevice(choice: DeviceChoice): Promise<void> {
  useDeviceChoice.setState({ changing: true, error: '' });
  try {
    await studio().useDevice(choice, triedBefore());
    keepChoice(choice);
    await askDevice();
  } catch (error) {
    useDeviceChoice.setState({ error: messageOf(error) });
  }
  useDeviceChoice.setState({ changing: false });
}
