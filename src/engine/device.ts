import { messageOf } from '../errors/errors';
import { cut } from '../errors/text';
import { defined } from '../numbers/defined';
import { EngineError } from './errors';
import type { Chooser } from './forms';
import { needsNudges, nudged } from './nudge';
import { octsWork, quadsWork } from './quads';
import type { DeviceReport, MatrixKind } from './report';
import type { BytesByRole, Role } from './tensor';

/** A GPU device with a ledger of what is allocated on it, by role, and a list of what went wrong on it. */
export interface Device extends Chooser {
  gpu: GPUDevice;
  /** Bytes allocated now. */
  ledger: BytesByRole;
  /** Validation and internal errors nobody caught. A healthy run leaves it empty. */
  errors: string[];
  /** True where waiting for the adapter keeps a core busy: everywhere but in a browser. */
  polls: boolean;
  /** Set when the device is gone; `destroyed` is on purpose. */
  lost: { reason: string; message: string } | null;
  createBuffer(label: string, role: Role, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer;
  destroyBuffer(buffer: GPUBuffer): void;
  /** Throws when the device is lost or an uncaptured error was seen. */
  check(): void;
  /** The value of a promise of this device. Whatever makes it fail is said as `device-lost`: promises of WebGPU have no other reason. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** True if work can be begun on the device; asks one of which a promise has failed, since it may be lost without having said so yet. */
  usable(): Promise<boolean>;
  destroy(): void;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|warp|basic render|software/i;
const WANTED_LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBuffersPerShaderStage',
  'minStorageBufferOffsetAlignment',
] as const;

const report = (problem: DeviceReport['problem'], message = ''): DeviceReport => ({
  ok: problem === '',
  problem,
  message,
  vendor: '',
  architecture: '',
  description: '',
  software: false,
  features: [],
  matrices: [],
  limits: {},
});

/**
 * Opens the strongest adapter with its own limits. Never throws: a problem comes back as a report with a message
 * that names the way out. `gpu` is `navigator.gpu`, or Dawn's in Node.
 */
export async function openDevice(gpu: GPU | undefined, secure = true): Promise<Device | DeviceReport> {
  if (!secure) {
    return report('insecure-context', 'WebGPU needs a secure page: open it through https, or at http://localhost on this machine.');
  }
  if (!gpu) {
    return report('no-webgpu', 'This browser has no WebGPU. Chrome or Edge 113+, Safari 26+ and Firefox 141+ on Windows have it.');
  }
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) {
      // On Windows the first request of a page's life can come too early.
      await new Promise((done) => setTimeout(done, 150));
      adapter = await gpu.requestAdapter();
    }
  } catch (error) {
    // Firefox releases that cannot have WebGPU say so only here when it is set in about:config.
    return report('no-adapter', `The browser has WebGPU and gives no graphics card: ${cut(messageOf(error), 1000)}`);
  }
  if (!adapter) {
    return report('no-adapter', 'WebGPU is there, but no graphics card answered. Update the driver, or restart the browser if a GPU process crashed.');
  }
  const features: string[] = [...adapter.features];
  const matrices = features.includes(MATRIX) ? usableMatrices(adapter.info, features) : [];
  const wanted = ['shader-f16', 'timestamp-query', 'subgroups', ...(matrices.length ? [MATRIX] : [])].filter((f) => features.includes(f)) as GPUFeatureName[];
  const limits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) limits[name] = Number(adapter.limits[name]);
  const { maxComputeInvocationsPerWorkgroup = 0, maxStorageBuffersPerShaderStage = 0 } = limits;
  if (maxComputeInvocationsPerWorkgroup < 256 || maxStorageBuffersPerShaderStage < 8) {
    return report('limits', `The adapter allows ${maxComputeInvocationsPerWorkgroup} invocations and ${maxStorageBuffersPerShaderStage} buffers per shader; Fullrank needs 256 and 8.`);
  }
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredFeatures: wanted, requiredLimits: limits });
  } catch (error) {
    return report('no-adapter', `The graphics card refused a device: ${cut(messageOf(error), 1000)}`);
  }
  const { info } = adapter;
  const about: DeviceReport = {
    ...report(''),
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description || info.device,
    software: info.isFallbackAdapter === true || SOFTWARE.test(`${info.architecture} ${info.description} ${info.device}`),
    features: wanted,
    matrices,
    limits,
  };
  const opened = wrapDevice(device, about, (gpu as Partial<Pick<Device, 'polls'>>).polls ?? gpu !== globalThis.navigator?.gpu);
  opened.quads = await quadsWork(device);
  opened.octs = opened.quads && about.software && (await octsWork(device));
  return opened;
}

/** Subgroup matrices, in Chromium behind a flag (unsafe WebGPU). */
const MATRIX = 'chromium-experimental-subgroup-matrix';

interface MatrixInfo {
  subgroupMinSize?: number;
  subgroupMaxSize?: number;
  subgroupMatrixConfigs?: readonly { componentType: string; resultComponentType: string; M: number; N: number; K: number }[];
}

/** Sides of the matrices of each kind, whose sums are f32: those of shaders/lib/matrix.*.wgsl. */
const SIDES: Record<MatrixKind, number> = { f32: 8, f16: 16 };

/** The kinds of subgroup matrices that matmul.subgroup_matrix.wgsl can use here: of subgroups that are always of 32. */
export const usableMatrices = ({ subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs }: MatrixInfo, features: readonly string[]): MatrixKind[] =>
  (['f32', 'f16'] as const).filter(
    (kind) =>
      subgroupMinSize === 32 && subgroupMaxSize === 32 && (kind === 'f32' || features.includes('shader-f16')) &&
      subgroupMatrixConfigs?.some((c) => c.componentType === kind && c.resultComponentType === 'f32' && [c.M, c.N, c.K].every((side) => side === SIDES[kind])),
  );

/** Narrows the result of `openDevice`. */
export const isDevice = (x: Device | DeviceReport): x is Device => 'gpu' in x;

/** Time to wait for `gpu.lost` after the first failed promise of a device. */
const LOST_WITHIN_MS = 500;

const lostError = (details: string) => new EngineError('device-lost', 'The graphics device was lost (driver reset, memory, or sleep).', details);

function wrapDevice(gpu: GPUDevice, about: DeviceReport, polls: boolean): Device {
  const nudges = needsNudges();
  const sizes = new Map<GPUBuffer, { role: Role; bytes: number }>();
  /** Error of a failed promise that does not itself say if the device is gone. */
  let doubt: unknown = null;
  const self: Device = {
    gpu,
    report: about,
    ledger: {},
    errors: [],
    polls,
    // Stryker disable next-line BooleanLiteral: it is tried out before anybody has the device
    quads: false,
    // Stryker disable next-line BooleanLiteral: it is tried out before anybody has the device
    octs: false,
    choices: {},
    lost: null,
    createBuffer(label, role, bytes, usage) {
      const buffer = gpu.createBuffer({ label, size: bytes, usage });
      sizes.set(buffer, { role, bytes });
      self.ledger[role] = (self.ledger[role] ?? 0) + bytes;
      return buffer;
    },
    destroyBuffer(buffer) {
      const known = sizes.get(buffer);
      if (!known) return;
      sizes.delete(buffer);
      self.ledger[known.role] = defined(self.ledger[known.role]) - known.bytes;
      if (self.ledger[known.role] === 0) delete self.ledger[known.role];
      buffer.destroy();
    },
    check() {
      if (self.lost) throw lostError(`${self.lost.reason}: ${self.lost.message}`);
      if (self.errors.length) throw new EngineError('validation', `The graphics driver rejected a command: ${defined(defined(self.errors[0]).split('\n')[0])}`, self.errors.join('\n\n'));
    },
    async wait(promise) {
      try {
        return await (nudges ? nudged(gpu.queue, promise) : promise);
      } catch (error) {
        // The promises of a lost device fail in any order, some before `gpu.lost` settles.
        await Promise.race([gpu.lost, new Promise((later) => setTimeout(later, LOST_WITHIN_MS))]);
        // Alone among them, the map of a buffer that was destroyed on purpose says nothing about the device.
        if ((error as Error).name === 'AbortError') doubt = error;
        else self.lost ??= { reason: 'unknown', message: String(error) };
        self.check();
        throw lostError(String(error));
      }
    },
    async usable() {
      if (!self.lost && doubt !== null) {
        const buffer = gpu.createBuffer({ label: 'asks whether the device is there', size: 4, usage: 1 | 8 }); // MAP_READ, COPY_DST
        const mapped = buffer.mapAsync(1); // GPUMapMode.READ
        await (nudges ? nudged(gpu.queue, mapped) : mapped).then(
          () => (doubt = null),
          () => (self.lost ??= { reason: 'unknown', message: String(doubt) }),
        );
        buffer.destroy();
      }
      return !self.lost && self.errors.length === 0;
    },
    destroy() {
      for (const buffer of [...sizes.keys()]) self.destroyBuffer(buffer);
      gpu.destroy();
    },
  };
  gpu.addEventListener('uncapturederror', (event) => self.errors.push(event.error.message));
  void gpu.lost.then(({ reason, message }) => {
    self.lost = { reason, message };
  });
  return self;
}
