import { create } from 'zustand';
import { defined } from '../../../numbers/defined';
import { putAway } from '../../core/storage/bin';
import { importFolder } from '../../core/data/imports';
import { cameraWords } from '../../core/words/camera';

/** A recorded picture. */
export interface Shot {
  id: number;
  /** Address of its bytes in this page. */
  url: string;
  file: Blob;
}

interface CameraState {
  open: boolean;
  /** By class, in the order of recording; a class without pictures is none. */
  shots: Record<string, Shot[]>;
}

/** Edge of a recorded picture in pixels: larger than what any of the models sees. */
const edge = 320;
/** Pictures of one class at most. */
export const mostShots = 500;

/** Recorded shots: they stay here when the sheet is closed, until they are used. */
export const useCamera = create<CameraState>()(() => ({ open: false, shots: {} }));

export const showCamera = (open: boolean): void => useCamera.setState({ open });

/** Pictures of a class, whose name may be anything. */
export const shotsOf = (shots: CameraState['shots'], name: string): Shot[] => (Object.hasOwn(shots, name) ? defined(shots[name]) : []);

function change(name: string, make: (shots: Shot[]) => Shot[]): true {
  useCamera.setState(({ shots }) => {
    const next = { ...shots, [name]: make(shotsOf(shots, name)) };
    if (defined(next[name]).length === 0) delete next[name];
    return { shots: next };
  });
  return true;
}

/** True for a name that can be a folder's. */
export const isClassName = (name: string): boolean => name !== '' && name.length <= 80 && !/[/\\]|^\./.test(name);

let next = 1;

/** The middle square of what a video shows now, as a JPEG; null where it shows nothing yet. */
export async function squareOf(video: HTMLVideoElement): Promise<Blob | null> {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.min(side, edge);
  canvas.getContext('2d')?.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.92));
}

/** Keeps it as a picture of a class. */
export async function takeShot(video: HTMLVideoElement, name: string): Promise<void> {
  if (shotsOf(useCamera.getState().shots, name).length >= mostShots) return;
  const file = await squareOf(video);
  if (file) change(name, (shots) => [...shots, { id: next++, url: URL.createObjectURL(file), file }]);
}

/** Removes pictures of a class, so that they can be brought back. */
export function removeShots(name: string, gone: Shot[]): void {
  const ids = new Set(gone.map(({ id }) => id));
  putAway({
    text: cameraWords.removed(gone.length, name),
    away: () => change(name, (shots) => shots.filter(({ id }) => !ids.has(id))),
    back: async () => change(name, (shots) => [...shots, ...gone].sort((a, b) => a.id - b.id)),
    purge: async () => gone.forEach(({ url }) => URL.revokeObjectURL(url)),
  });
}

/** True when something can be learned from what was recorded. */
export const isEnough = (shots: CameraState['shots']): boolean => Object.values(shots).filter((list) => list.length >= 2).length >= 2;

/** Makes a data set of what was recorded, as if it were a folder of class folders. */
export function openShots(): Promise<void> {
  const { shots } = useCamera.getState();
  const files = Object.entries(shots).flatMap(([name, list]) =>
    list.map(({ id, file }) => {
      const leaf = `${String(id).padStart(5, '0')}.jpg`;
      return { path: `${name}/${leaf}`, file: new File([file], leaf, { type: 'image/jpeg' }) };
    }),
  );
  showCamera(false);
  return importFolder('data', { name: cameraWords.set, files });
}
