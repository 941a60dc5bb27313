import { Button } from '../../kit/controls/Button';
import { formatAbout, formatFactor, formatPercent, formatSize } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import type { ModelInfo } from '../../../train/protocol';
import { useRecorded } from '../analyses/recorded';
import { modelById, useCatalog } from '../data/catalog';
import { openFromHub, showHub } from '../data/hub';
import { ofModel } from '../data/medium';
import { groupsOf } from '../runs/seedGroups';
import { useStepTimes } from '../runs/stepTimes';
import { changeSettings, useSettings } from '../settings/settings';
import { startingModels, startingWords as words, type StartingModel } from '../words/startingModels';
import css from './hub.module.css';

/** Models of the hub to start from: what they weigh, what a step would take here, what was reached with them. */
export function ModelList() {
  const catalog = useCatalog();
  const settings = useSettings();
  const { times } = useStepTimes();
  const recorded = useRecorded((state) => state.runs);
  const chosen = modelById(catalog, settings.model);
  const size = Number(settings.train.image_size) || chosen?.image_size || 224;
  const known = times.filter(({ spec, device }) => spec.model === settings.model && device === catalog.device?.description).map(({ seconds }) => seconds).sort((a, b) => a - b);
  const step = known[known.length >> 1];
  const stepOf = (one: StartingModel): string => {
    if (!chosen) return words.none;
    const factor = workOf(one, size) / workOf({ parameters: chosen.parameters, patch: chosen.patch_size ?? 0 }, size);
    return step === undefined ? words.times(formatFactor(factor), chosen.title) : words.about(formatAbout(factor * step));
  };
  const open = (one: StartingModel, here: ModelInfo | undefined) => {
    if (!here) return void openFromHub('model', one.id, '', '');
    changeSettings({ model: here.id, targets: [] });
    showHub('model', false);
  };
  return (
    <div className={css.starting}>
      <h3>{words.title}</h3>
      <div role="region" aria-label={words.title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {[words.model, words.licence, words.download, words.step, words.reached].map((head) => (
                <th key={head} scope="col">{head}</th>
              ))}
              <th scope="col">
                <span className="sr">{words.open}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {startingModels[chosen ? ofModel(chosen) : 'pictures'].map((one) => {
              const here = catalog.models.find(({ id }) => id === one.id || id === one.bundled);
              return (
                <tr key={one.id}>
                  <th scope="row">
                    {one.title} <small>{one.id}; {one.about}</small>
                  </th>
                  <td data-label={words.licence}>{one.licence}</td>
                  <td data-label={words.download}>{here ? words.none : formatSize(one.bytes)}</td>
                  <td data-label={words.step}>{stepOf(one)}</td>
                  <td data-label={words.reached}>{reachedBy(here, recorded)}</td>
                  <td>
                    <Button small disabled={here?.id === settings.model} onClick={() => open(one, here)}>
                      {here ? words.choose : words.open}
                      <span className="sr"> {one.title}</span>
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p>{words.hint}</p>
    </div>
  );
}

/** Multiply-adds of a picture, or of a token, up to a factor that all models share. */
const workOf = ({ parameters, patch }: Pick<StartingModel, 'parameters' | 'patch'>, size: number): number => parameters * (patch > 0 ? 1 + Math.floor(size / patch) ** 2 : 1);

/** The best of the recorded runs of a model. */
function reachedBy(model: ModelInfo | undefined, recorded: Parameters<typeof groupsOf>[0]): string {
  const [best] = groupsOf(recorded.filter(({ spec }) => spec.model === model?.id)).sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  return best ? words.of(formatPercent(best.accuracy.mean), [methodLook(best.method).title, best.setting].filter(Boolean).join(' '), defined(best.runs[0]).dataTitle) : words.none;
}
