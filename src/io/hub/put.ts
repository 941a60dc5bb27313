/** Options for sending a blob. */
export interface PutOptions {
  signal?: AbortSignal;
  /** Bytes that have left so far, where the platform tells. */
  onSent?: (bytes: number) => void;
}

/**
 * Sends a blob to an address by PUT, without cookies, and returns the status of the answer. Rejects when the address cannot be
 * reached and when it is aborted. fetch does not tell how much of a body has left; browsers tell it by XMLHttpRequest alone.
 */
export async function putBlob(url: string, headers: Record<string, string>, body: Blob, { signal, onSent }: PutOptions = {}): Promise<number> {
  signal?.throwIfAborted();
  if (typeof XMLHttpRequest === 'undefined') return (await fetch(url, { method: 'PUT', headers, body, credentials: 'omit', referrerPolicy: 'no-referrer', signal })).status;
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  signal?.addEventListener('abort', abort);
  try {
    return await new Promise<number>((answered, failed) => {
      request.open('PUT', url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => onSent?.(loaded);
      request.onload = () => answered(request.status);
      request.onerror = request.onabort = () => failed(new Error('not sent'));
      request.send(body);
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
