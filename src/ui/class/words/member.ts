/** Words of a class that the page has from the start: the others come with its panels. */
export const memberWords = {
  title: (code: string) => `Class ${code}`,
  loading: 'Opening the class',
  untrue: (why: string) => `The class did not take the result. ${why} Others may train the experiment.`,
  unknownMethod: (method: string) => `This page does not know the method ${method}.`,
  notHere: (id: string) => `${id} is not here, and could not be loaded.`,
};
