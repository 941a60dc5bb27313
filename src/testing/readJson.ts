/** JSON of a file or an answer, of the form that the test takes it to have: what it expects of it is the check. */
export const readJson = <T>(text: string | Uint8Array): T => JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text)) as T;
