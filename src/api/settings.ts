/** Facts of a method that its class holds, so that the class alone needs no method. */
export interface MethodNames {
  /** Its key. */
  method: string;
  /** Names of its own settings. */
  names: readonly string[];
  /** Field of PEFT's config that says that it is this method; left out where PEFT has none. */
  peft?: Readonly<Record<string, unknown>>;
}

/**
 * Settings of a method, by PEFT's names. What only PEFT's config has (`use_rslora`, `task_type`) may stand there too, and is read as
 * its file would be; settings that PEFT does not have may not stand beside it.
 */
export abstract class MethodSettings {
  [field: string]: unknown;

  protected constructor({ method, names, peft }: MethodNames, settings: object) {
    const asPeft = peft !== undefined && Object.keys(settings).some((name) => !names.includes(name));
    Object.assign(this, asPeft ? peft : { method }, settings);
  }
}
