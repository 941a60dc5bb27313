import { modelById, useCatalog } from './catalog';
import { useSettings } from '../settings/settings';

/** The model that is chosen, as soon as the page has it: a page that is being loaded does not know yet which it will be. Throws when none could be opened. */
export function chosenModel(): Promise<string> {
  return new Promise((found, none) => {
    const look = () => {
      const catalog = useCatalog.getState();
      const { model } = useSettings.getState();
      if (!modelById(catalog, model) && catalog.failure === '') return;
      for (const stop of followed) stop();
      if (modelById(catalog, model)) found(model);
      else none(new Error(catalog.failure));
    };
    const followed = [useCatalog.subscribe(look), useSettings.subscribe(look)];
    look();
  });
}
