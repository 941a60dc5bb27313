import { useEffect, useMemo, useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { Note } from '../kit/controls/Sign';
import { totalOf } from '../../figures/memory';
import { formatAbout, formatCount, formatMiB } from '../../language/format';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { useLook } from './store/look';
import { dataGenerates, useMedium } from '../core/data/medium';
import { useRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { cancelClassify, classify, dismissError, followTestData, isBase, isBusy, isComplete, ticked, useCandidates, useTryout, type Candidate } from './store/tryout';
import { adapterBetween, useBetween, withBetween } from './store/between';
import { TryAdapters } from './TryAdapters';
import { TryPictures } from './TryPictures';
import css from './tryout.module.css';
import { betweenWords } from './words/between';
import { tryoutWords } from '../core/words/tryout';

/** Loaded on demand: parts drawn once something was tried, and those that few need, for texts or a camera. */
const TryResults = part(() => import('./TryResults').then((module) => module.TryResults));
const TryTexts = part(() => import('./TryTexts').then((module) => module.TryTexts));
const TryGenerate = part(() => import('./TryGenerate').then((module) => module.TryGenerate));
const GoneOn = part(() => import('./TryGenerate').then((module) => module.Generated));
const TryBetween = part(() => import('./TryBetween').then((module) => module.default));
const HandOn = part(() => import('./HandOn').then((module) => module.default));
const TryCamera = part(() => import('./TryCamera').then((module) => module.default));

/** Adapters side by side on one model: which, on what pictures, and what they say. */
export function TryPanel() {
  const candidates = useCandidates();
  const ticks = useTryout((state) => state.ticks);
  const live = useLook((state) => state.live);
  const medium = useMedium();
  const data = useSettings((settings) => settings.data);
  const known = useCatalog((catalog) => dataById(catalog, data) !== undefined);
  const idle = useTryout((state) => state.status === 'idle');
  useEffect(() => followTestData(data), [data, known, idle]);
  const goes = useCatalog((catalog) => dataGenerates(catalog, data));
  const adapters = useMemo(() => ticked(candidates, ticks), [candidates, ticks]);
  const between = useBetween();
  const chosen = useMemo(() => (goes ? adapters : withBetween(adapters, between)), [goes, adapters, between]);
  return (
    <Panel title={tryoutWords.title}>
      <div className={medium === 'texts' ? `${css.choices} ${css.asks}` : css.choices}>
        {goes ? <TryGenerate chosen={chosen} /> : medium === 'texts' ? <TryTexts chosen={chosen} /> : <TryPictures />}
        <TryAdapters candidates={candidates} chosen={adapters} />
      </div>
      {goes ? <GoneOn chosen={chosen} /> : live && medium === 'pictures' ? <TryCamera chosen={chosen} /> : <Work chosen={chosen} asks={medium === 'texts'} />}
      {!goes && !(live && medium === 'pictures') && <TryResults chosen={chosen} />}
      {medium === 'pictures' && <HandOn chosen={adapters} />}
      {!goes && adapterBetween(adapters, '') && <Between chosen={adapters} shown={chosen} />}
      <Memory candidates={candidates} />
    </Panel>
  );
}

/** What few ask for stands below what the models say, folded until it is opened. */
function Between({ chosen, shown }: { chosen: Candidate[]; shown: Candidate[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={css.memory} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{betweenWords.title}</summary>
      {open && <TryBetween chosen={chosen} shown={shown} />}
    </details>
  );
}

/** The button, or what is going on and how it ended; where texts are typed (`asks`) there is one beside them. */
function Work({ chosen, asks }: { chosen: Candidate[]; asks: boolean }) {
  const state = useTryout();
  const training = useRuns(({ current }) => current !== '');
  const { images, results, error, cancelledAt } = state;
  const missing = chosen.filter(({ key }) => !isComplete(results[key], images));
  const ready = images !== null && missing.length > 0 && !training && !isBusy(state);
  return (
    <div className={css.work}>
      {state.status === 'working' || state.status === 'cancelling' ? (
        <Progress />
      ) : (
        (asks ? images !== null && images.title !== '' && missing.length > 0 : missing.length > 0 || chosen.length === 0 || images === null) && (
          <ButtonRow>
            <Button kind="primary" disabled={!ready} onClick={() => void classify(chosen)}>
              {tryoutWords.start(missing.length, missing.some(({ base }) => base))}
            </Button>
            {training ? <Note sign="info">{tryoutWords.training}</Note> : <span className={css.soft}>{images === null ? tryoutWords.choosePicturesFirst : chosen.length === 0 ? tryoutWords.tickOne : ''}</span>}
          </ButtonRow>
        )
      )}
      {error && (
        <div role="alert">
          <Note sign="err">
            {error}{' '}
            <Button kind="link" onClick={dismissError}>
              {tryoutWords.dismiss}
            </Button>
          </Note>
        </div>
      )}
      {cancelledAt !== null && images && <Note sign="info">{tryoutWords.cancelled(formatCount(cancelledAt), formatCount(images.names.length))}</Note>}
    </div>
  );
}

function Progress() {
  const { at, secondsLeft, status } = useTryout();
  const counting = at?.stage === 'images';
  const words = !at ? tryoutWords.opening : at.stage === 'images' ? tryoutWords.stages.images(formatCount(at.done), formatCount(at.total)) : tryoutWords.stages[at.stage](at.name);
  return (
    <div className={css.progress} role="status">
      <p>
        {status === 'cancelling' ? tryoutWords.cancelling : words}
        {status === 'working' && secondsLeft >= 2 && `, ${tryoutWords.left(formatAbout(secondsLeft))}`}{' '}
        <Button kind="link" disabled={status === 'cancelling'} onClick={cancelClassify}>
          {tryoutWords.cancel}
        </Button>
      </p>
      <progress aria-label={tryoutWords.progress} {...(counting ? { value: at.done, max: at.total } : {})} />
    </div>
  );
}

/** Memory on the GPU now, when it is asked for: the model once, and how little each adapter adds. */
function Memory({ candidates }: { candidates: Candidate[] }) {
  const memory = useTryout((state) => state.memory);
  const title = useCatalog((catalog) => modelById(catalog, memory?.model ?? '')?.title ?? memory?.model ?? '');
  const model = useSettings((settings) => settings.model);
  if (!memory?.adapters.length || memory.model !== model) return null;
  const count = memory.adapters.length;
  const base = memory.adapters.some(({ key }) => isBase(key));
  const backbone = totalOf(memory.backbone);
  const added = memory.adapters.reduce((sum, { bytes }) => sum + totalOf(bytes), 0);
  return (
    <details className={css.memory}>
      <summary>{tryoutWords.memoryTitle}</summary>
      <p>
        {tryoutWords.memory(title, formatMiB(backbone))} {tryoutWords.memoryAdds(count - Number(base), base, formatMiB(added))} {count > 1 && tryoutWords.memoryCopies(count, formatMiB(count * backbone + added))}
      </p>
      <ul>
        {memory.adapters.map(({ key, bytes }) => (
          <li key={key}>
            {candidates.find((one) => one.key === key)?.name} <span>{tryoutWords.adds(formatMiB(totalOf(bytes)), bytes.temp ? formatMiB(bytes.temp) : '')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
