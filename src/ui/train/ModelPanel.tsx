import { ButtonRow } from '../kit/controls/Button';
import { formatCount } from '../../language/format';
import { modelById, useCatalog } from '../core/data/catalog';
import { ofModel } from '../core/data/medium';
import { changeSettings, useSettings } from '../core/settings/settings';
import { ImportButton, Importable, ImportStatus, OpenChoice } from './Importable';
import { HubButton, HubSection } from '../core/parts/HubSection';
import { StepHeading } from './StepHeading';
import { useOneMethod } from '../core/parts/Start';
import { Targets } from './Targets';
import css from '../core/parts/panels.module.css';
import { modelWords } from '../core/words/model';

/** 2, first part: the model and which of its layers are adapted. */
export function ModelPanel() {
  // Whoever compares nothing has the model's own layers, unless others were chosen before.
  const usual = useSettings((settings) => settings.targets.length === 0);
  const plain = useOneMethod() && usual;
  const catalog = useCatalog();
  const settings = useSettings();
  const model = modelById(catalog, settings.model);
  return (
    <Importable kind="model">
      <StepHeading number={2} title={modelWords.title} />
      {model && (
        <p className={css.soft}>
          {modelWords.about(model.title, model.builtin, formatCount(model.parameters), model.language?.max_tokens ?? model.image_size, model.texts !== undefined)} {model.note}
        </p>
      )}
      <ImportStatus kind="model" />
      <div className={css.about}>
        <OpenChoice label={modelWords.choose} options={catalog.models.filter((one) => ofModel(one) === ofModel(model))} value={settings.model} onChoose={(model) => changeSettings({ model, targets: [] })} />
        {model && !plain && <Targets key={model.id} model={model} />}
        <ButtonRow>
          <span title={modelWords.ownHint}>
            <ImportButton kind="model">{modelWords.own}</ImportButton>
          </span>
          <HubButton kind="model" />
        </ButtonRow>
      </div>
      {/* A pointer has it on the button, where one screen holds all that a run needs. */}
      <p className={`${css.hint} ${css.touch}`}>{modelWords.ownHint}</p>
      <HubSection kind="model" />
    </Importable>
  );
}
