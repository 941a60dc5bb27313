
/** Words of the landscape as a surface. */
export const surfaceWords = {
  paths: 'Paths stand at the losses of their own models, which lie off the plane.',
  top: (what: string, value: string) => `${what} ${value}`,
  scale: (what: string) => `Lengths on the ground are to scale, as on the map; height is the ${what}.`,
};
