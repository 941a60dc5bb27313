import type { DeviceChoice, DeviceReport } from '../../../train/protocol';
import type { Browser } from '../parts/browser';

export const deviceWords = {
  kept: 'Runs, curves and adapters of earlier visits can be read and downloaded here.',
  tryAgain: 'Try again',
  software: (name: string) => `Only a software renderer was found${name ? ` (${name})` : ''}: results are right but slow, so runs are kept short.`,
  processor: 'This page computes on the processor, since the browser gives it no graphics card: results are right but slower than on a graphics card, so runs are kept short. To use a graphics card:',
  processorFirst: 'This page computes on the processor: results are right but slower than on a graphics card, so runs are kept short.',
  /** At an address that is not secure; what follows where runs are one's own. */
  byAddress: 'This page computes on the processor: browsers give graphics cards only to pages over https or at http://localhost, and this address is neither.',
  slower: 'Results are right but slower than on a graphics card, so runs are kept short.',
  inSoftware: (name: string) => `${name} (software)`,
  /** Added if a graphics card may be there. */
  acceleration: 'If this computer has a graphics card, turn on hardware acceleration in the browser.',
  takeGraphics: 'Use the graphics card',
  compute: { label: 'Compute on', auto: 'Whichever is faster', webgpu: 'Graphics card', wasm: 'Processor', 'wasm-fused': 'Processor, fused' } satisfies Record<DeviceChoice | 'label', string>,
  /** In place of the graphics card. */
  softwareChoice: 'Software renderer',
  ways: ['Processor: a run gives the same results on every machine.', 'Fused (multiply-adds): faster, but the last bits depend on the machine, so another one cannot reproduce a run exactly.'],
  secure: (host: string) => `Open this page over https, or on the computer that serves it as http://localhost. The address ${host} is neither.`,
  problems: {
    'no-webgpu': { title: 'This browser has no WebGPU', happened: 'The browser does not offer WebGPU, and what computes on the processor could not be loaded.', todo: '' },
    'insecure-context': { title: 'This address is not secure', happened: 'Browsers offer WebGPU only over https or on localhost, and what computes on the processor could not be loaded.', todo: '' },
    'no-adapter': {
      title: 'No graphics card was found',
      happened: 'The browser has WebGPU but no graphics card for it. The driver may be too old, blocked, or acceleration may be off.',
      todo: 'Switch on hardware acceleration in the browser’s settings, update the graphics driver, then restart the browser.',
    },
    limits: {
      title: 'The graphics card allows too little',
      happened: 'Its limits are below what the model needs.',
      todo: 'Choose a smaller model, or try another browser or computer.',
    },
    lost: { title: 'The graphics card was lost', happened: 'The driver reset the device.', todo: 'Try again. If it happens often, use a smaller batch and update the driver.' },
  } satisfies Record<Exclude<DeviceReport['problem'], ''>, { title: string; happened: string; todo: string }>,
  howTo: {
    chromium: 'Update to version 113 or later, and switch on “Use graphics acceleration when available” in the settings.',
    'chromium-linux': 'Open chrome://flags, enable “Unsafe WebGPU Support” and “Vulkan”, and restart the browser.',
    android: 'Update Chrome to version 121 or later on Android 12 or later.',
    safari: 'Update to Safari 26, or in Safari 18 switch on WebGPU under Settings, Feature Flags.',
    firefox: 'Update to Firefox 141 or later on Windows or 145 on a Mac; elsewhere set dom.webgpu.enabled in about:config, or use a Chromium browser.',
    other: 'Open this page in a current Chrome, Edge, Safari or Firefox.',
  } satisfies Record<Browser, string>,
};
