/** The origin's private file system as the standard has it, in memory: what `opfsFiles` uses of it. */
interface Options {
  /** False: a browser whose handles cannot be moved. */
  move?: boolean;
  quota?: number;
  /** A private window. */
  refuse?: boolean;
}

class Folder {
  readonly kind = 'directory';
  readonly children = new Map<string, Folder | Leaf>();
  constructor(private readonly options: Options) {}

  async getDirectoryHandle(name: string, { create = false } = {}): Promise<Folder> {
    return this.child(name, create, Folder, () => new Folder(this.options));
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<Leaf> {
    return this.child(name, create, Leaf, () => new Leaf(this, name, this.options));
  }

  async removeEntry(name: string, { recursive = false } = {}): Promise<void> {
    const found = this.children.get(name);
    if (!found) throw new DOMException('missing', 'NotFoundError');
    if (found instanceof Folder && found.children.size > 0 && !recursive) throw new DOMException('not empty', 'InvalidModificationError');
    this.children.delete(name);
  }

  async *entries(): AsyncGenerator<[string, Folder | Leaf]> {
    yield* this.children;
  }

  private child<T extends Folder | Leaf>(name: string, create: boolean, type: new (...given: never[]) => T, make: () => T): T {
    if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new TypeError(`${name} is no name`);
    const found = this.children.get(name);
    if (found && !(found instanceof type)) throw new DOMException('other kind', 'TypeMismatchError');
    if (!found && !create) throw new DOMException('missing', 'NotFoundError');
    const child = found ?? make();
    this.children.set(name, child);
    return child;
  }
}

class Leaf {
  readonly kind = 'file';
  private bytes = new Uint8Array();
  private locked = false;
  readonly move?: (parent: Folder, name: string) => Promise<void>;

  constructor(
    private parent: Folder,
    private name: string,
    private readonly options: Options,
  ) {
    if (options.move === false) return;
    this.move = async (to, as) => {
      if (to.children.has(as)) throw new DOMException('there already', 'InvalidModificationError');
      this.parent.children.delete(this.name);
      to.children.set(as, this);
      [this.parent, this.name] = [to, as];
    };
  }

  async getFile(): Promise<Blob> {
    return new Blob([this.bytes]);
  }

  async createSyncAccessHandle() {
    if (this.locked) throw new DOMException('locked', 'NoModificationAllowedError');
    this.locked = true;
    return {
      truncate: (size: number) => this.resize(size),
      write: (data: Uint8Array, { at }: { at: number }) => {
        if (at + data.byteLength > (this.options.quota ?? Infinity)) throw new DOMException('full', 'QuotaExceededError');
        if (at + data.byteLength > this.bytes.byteLength) this.resize(at + data.byteLength);
        this.bytes.set(data, at);
        return data.byteLength;
      },
      flush: () => {},
      close: () => (this.locked = false),
    };
  }

  private resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, size));
    this.bytes = bytes;
  }
}

/** `navigator.storage` with a private file system of its own. */
export function fakeStorage(options: Options = {}): StorageManager {
  const top = new Folder(options);
  const storage = {
    getDirectory: async () => {
      if (options.refuse) throw new DOMException('not in private windows', 'SecurityError');
      return top;
    },
    estimate: async () => ({ usage: 0, quota: options.quota ?? 1e9 }),
  };
  return storage as unknown as StorageManager;
}
