import { catalog, say } from '../../language/say';

/** Words of the landscape as a surface. */
export const surfaceWords = catalog({
  paths: 'Paths stand at the losses of their own models, which lie off the plane.',
  top: say<[what: string, value: string]>('{0} {1}'),
  scale: say<[what: string]>('Lengths on the ground are to scale, as on the map; height is the {0}.'),
});
