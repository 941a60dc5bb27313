import { Button } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { showCamera, useCamera } from './store/camera';
import { cameraWords } from '../core/words/camera';

/** Few record their pictures here. */
const Recorder = part(() => import('./CameraRecorder').then((module) => module.CameraRecorder));

/** Opens the sheet. */
export function CameraButton() {
  return (
    <Button small onClick={() => showCamera(true)}>
      {cameraWords.open}
    </Button>
  );
}

/** Records pictures into classes, and makes a data set of them. The camera is on while the sheet is open. */
export function CameraSheet() {
  const open = useCamera((state) => state.open);
  return (
    <Sheet open={open} wide title={cameraWords.title} onClose={() => showCamera(false)}>
      <Recorder />
    </Sheet>
  );
}
