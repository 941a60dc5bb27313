import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { chooseDevice } from '../core/worker/device';
import { deviceChoices, useDeviceChoice } from '../core/worker/deviceChoice';
import css from '../core/parts/panels.module.css';
import { deviceWords } from '../core/words/device';

/** Choice of the device that computes, beside what the header tells of it. */
export function DeviceChoice() {
  const { choice, changing, error, softwareAdapter } = useDeviceChoice();
  return (
    <div className={css.deviceTest}>
      <p className={css.hint}>{deviceWords.compute.label}</p>
      <Segmented label={deviceWords.compute.label} value={choice} options={deviceChoices.map((value) => ({ value, text: value === 'webgpu' && softwareAdapter ? deviceWords.softwareChoice : deviceWords.compute[value] }))} onChange={(value) => void (changing || chooseDevice(value))} />
      {deviceWords.ways.map((way) => (
        <p key={way} className={css.hint}>
          {way}
        </p>
      ))}
      {error && <Note sign="warn">{error}</Note>}
    </div>
  );
}
