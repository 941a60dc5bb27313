/** The page's own files by name, as the build bundled them: beside the studio, at an address; in the package they are there as they are. */
export async function pageFiles(): Promise<Record<string, string>> {
  const { default: given } = (await import('#page?url')) as { default: string | Blob };
  const response = typeof given === 'string' ? await fetch(given) : new Response(given);
  if (!response.ok) throw new Error(`the parts of the page could not be fetched (${response.status})`);
  const plain = (await response.blob()).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(plain).json()) as Record<string, string>;
}
