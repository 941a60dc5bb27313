import { Button, ButtonRow } from '../kit/controls/Button';
import { DropArea, FolderPicker } from '../kit/controls/FolderPicker';
import { Note } from '../kit/controls/Sign';
import { dataById, useCatalog } from '../core/data/catalog';
import { useSettings } from '../core/settings/settings';
import { setLive, useLook } from './store/look';
import { isBusy, openPictures, openTestPictures, useTryout } from './store/tryout';
import { openedText } from '../core/parts/openedText';
import css from './tryout.module.css';
import { tryoutWords } from '../core/words/tryout';
import { lookWords } from '../core/words/look';

const imageFiles = '.zip,.jpg,.jpeg,.jfif,.png,.webp,.gif,.bmp,.avif';

/** The pictures that the adapters are tried on. */
export function TryPictures() {
  const { images, status } = useTryout();
  const live = useLook((state) => state.live);
  const id = useSettings((settings) => settings.data);
  const data = useCatalog((catalog) => dataById(catalog, id));
  return (
    <DropArea className={css.column} onFolder={(folder) => void openPictures(folder)}>
      <h3>{tryoutWords.pictures}</h3>
      <p className={css.soft} role="status">
        {status === 'opening' ? tryoutWords.opening : images && openedText(images)}
      </p>
      {images?.notes.map((note) => (
        <Note key={note} sign="warn">
          {note}
        </Note>
      ))}
      <ButtonRow>
        <FolderPicker small label={tryoutWords.choosePictures} accept={imageFiles} onFolder={(folder) => void openPictures(folder)}>
          {tryoutWords.choose}
        </FolderPicker>
        <FolderPicker small label={tryoutWords.choosePictureFolder} onFolder={(folder) => void openPictures(folder)}>
          {tryoutWords.folder}
        </FolderPicker>
        <Button small pressed={live} disabled={!live && isBusy({ status })} onClick={() => setLive(!live)}>
          {live ? lookWords.camera.close : lookWords.camera.open}
        </Button>
        {data && (
          <Button small onClick={() => void openTestPictures(id)}>
            {tryoutWords.test(data.title)}
          </Button>
        )}
      </ButtonRow>
      <p className={css.hint}>{tryoutWords.pictureHint}</p>
    </DropArea>
  );
}
