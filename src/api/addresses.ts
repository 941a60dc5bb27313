/**
 * Addresses of the files of bundled models and data sets, by the name of each. Here there are none: the studio's page and the command
 * line know where theirs are. The package has a module of its own in this one's place (cli/setup/pack.mjs), with each address written
 * out, as bundlers look for it.
 */
export const addresses: Readonly<Record<string, () => Readonly<Record<string, URL>>>> = {};
