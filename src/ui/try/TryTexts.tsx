import { useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { DropArea, FolderPicker } from '../kit/controls/FolderPicker';
import { isStill } from '../kit/idle';
import { dataById, useCatalog } from '../core/data/catalog';
import { useExample } from '../core/data/open';
import { useRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { askTexts, BETWEEN, classify, isBusy, openPictures, openTestPictures, useTryout, type Candidate } from './store/tryout';
import { openedText } from '../core/parts/openedText';
import { answers } from './TryResults';
import css from './tryout.module.css';
import { TypedText } from './TypedText';
import { tryoutWords } from '../core/words/tryout';

const tables = '.csv,.tsv,.jsonl,.parquet';

/** Texts that the adapters are tried on: typed here, out of a table, or the test texts. */
export function TryTexts({ chosen }: { chosen: Candidate[] }) {
  const { images, status } = useTryout();
  const training = useRuns(({ current }) => current !== '');
  const id = useSettings((settings) => settings.data);
  const data = useCatalog((catalog) => dataById(catalog, id));
  const [typed, setTyped] = useState('');
  // Such as the model has learned from: of others it knows nothing.
  const example = useExample();
  const pairs = data?.texts?.reading.columns?.pair !== undefined;
  const ready = typed.trim() !== '' && chosen.length > 0 && !training && !isBusy({ status });
  /** Texts that are opened are asked about at once, as typed ones are. */
  const opened = async (opening: Promise<void>) => {
    await opening;
    if (chosen.length > 0 && !training && useTryout.getState().error === '') await classify(chosen);
  };
  const ask = async () => {
    if (!ready) return;
    await askTexts(typed, pairs, chosen);
    document.getElementById(answers)?.scrollIntoView({ block: 'nearest', behavior: isStill() ? 'auto' : 'smooth' });
  };
  return (
    <DropArea className={css.column} onFolder={(folder) => void opened(openPictures(folder))}>
      <h3>{tryoutWords.pictures}</h3>
      <TypedText label={pairs ? tryoutWords.typedPairs : tryoutWords.typed} value={typed} example={[example?.first, pairs ? example?.second : null].filter((text) => text != null).join(BETWEEN) || undefined} onChange={setTyped} onAsk={() => void ask()} />
      <ButtonRow>
        <Button kind="primary" disabled={!ready} onClick={() => void ask()}>
          {tryoutWords.ask}
        </Button>
        <FolderPicker small label={tryoutWords.choosePictures} accept={tables} onFolder={(folder) => void opened(openPictures(folder))}>
          {tryoutWords.chooseTable}
        </FolderPicker>
        {data && (
          <Button small onClick={() => void opened(openTestPictures(id))}>
            {tryoutWords.test(data.title)}
          </Button>
        )}
      </ButtonRow>
      <p className={css.soft} role="status">
        {status === 'opening' ? tryoutWords.opening : images && images.title !== '' && openedText(images)}
      </p>
      <p className={css.hint}>{pairs ? tryoutWords.pairHint : tryoutWords.pictureHint}</p>
    </DropArea>
  );
}
