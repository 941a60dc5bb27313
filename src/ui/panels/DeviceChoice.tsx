import { Segmented } from '../controls/Segmented';
import { Note } from '../controls/Sign';
import { chooseDevice } from '../store/device';
import { deviceChoices, useDeviceChoice } from '../store/deviceChoice';
import { t } from '../strings';
import css from './panels.module.css';

/** What computes, where the header tells of the device. */
export function DeviceChoice() {
  const { choice, changing, error, softwareAdapter } = useDeviceChoice();
  return (
    <div className={css.deviceTest}>
      <p className={css.hint}>{t.device.compute.label}</p>
      <Segmented label={t.device.compute.label} value={choice} options={deviceChoices.map((value) => ({ value, text: value === 'webgpu' && softwareAdapter ? t.device.softwareChoice : t.device.compute[value] }))} onChange={(value) => void (changing || chooseDevice(value))} />
      {t.device.ways.map((way) => (
        <p key={way} className={css.hint}>
          {way}
        </p>
      ))}
      {error && <Note sign="warn">{error}</Note>}
    </div>
  );
}
