import { useId, useState } from 'react';
import type { ModelInfo } from '../../train/protocol';
import controls from '../kit/controls/controls.module.css';
import { TextField } from '../kit/controls/TextField';
import { useCatalog } from '../core/data/catalog';
import { changeSettings, useSettings } from '../core/settings/settings';
import { targetsOf } from '../core/runs/specs';
import { formatTargets, parseTargets } from '../core/data/targets';
import { modelWords } from '../core/words/model';

/** Choice of the adapted layers: the model's usual ones, all, or a list or expression of one's own. */
export function Targets({ model }: { model: ModelInfo }) {
  const settings = useSettings();
  const error = useCatalog((catalog) => catalog.rowsError);
  const [writing, setWriting] = useState(false);
  const id = useId();
  const kind = writing || error ? 'own' : settings.targets.length === 0 ? 'usual' : settings.targets === 'all-linear' ? 'all' : 'own';
  const choose = (value: string) => {
    setWriting(value === 'own');
    if (value !== 'own') changeSettings({ targets: value === 'all' ? 'all-linear' : [] });
  };
  return (
    <>
      <div className={controls.field}>
        <label htmlFor={id}>{modelWords.targets}</label>
        <select id={id} className={controls.select} value={kind} onChange={(event) => choose(event.target.value)}>
          <option value="usual">{modelWords.targetsUsual}</option>
          <option value="all">{modelWords.targetsAll}</option>
          <option value="own">{modelWords.targetsOwn}</option>
        </select>
      </div>
      {kind === 'own' && (
        <TextField
          label={modelWords.targetsList}
          value={formatTargets(targetsOf(settings, model))}
          error={error}
          onCommit={(text) => {
            setWriting(true);
            changeSettings({ targets: parseTargets(text, model.target_modules) });
          }}
        >
          {modelWords.targetsHint}
        </TextField>
      )}
    </>
  );
}
