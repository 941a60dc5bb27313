/** Words of the landscape as a surface. */
export const surfaceWords = {
  scale: (what: string): string => `Lengths on the ground are to scale, as on the map; height is the ${what}.`,
};
