import { useEffect, useRef, useState, type RefObject } from 'react';
import type { cameraWords } from '../words/camera';

export type CameraProblem = keyof typeof cameraWords.problems;

interface Video {
  stream: MediaStream | null;
  problem: CameraProblem | '';
  devices: MediaDeviceInfo[];
}

const problemOf = (error: unknown): CameraProblem => {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
};

/** The camera's pictures while the component is there; it is let go at once when it is not. `device` empty takes any; another `attempt` asks again. `ref` is for the element that shows them. */
export function useVideo(device: string, attempt: number): Video & { ref: RefObject<HTMLVideoElement | null> } {
  const ref = useRef<HTMLVideoElement>(null);
  const [video, setVideo] = useState<Video>({ stream: null, problem: '', devices: [] });
  useEffect(() => {
    let current = true;
    let opened: MediaStream | undefined;
    const letGo = () => opened?.getTracks().forEach((track) => track.stop());
    const open = async () => {
      const { mediaDevices } = navigator;
      if (!mediaDevices?.getUserMedia) return setVideo({ stream: null, problem: 'unsupported', devices: [] });
      try {
        opened = await mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 640 }, height: { ideal: 480 }, ...(device ? { deviceId: { exact: device } } : { facingMode: 'environment' }) } });
        // Closed while the person was being asked.
        if (!current) return letGo();
        opened.getVideoTracks()[0]?.addEventListener('ended', () => current && setVideo((now) => ({ ...now, stream: null, problem: 'ended' })));
        // Their names are told only now.
        const devices = (await mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
        if (current) setVideo({ stream: opened, problem: '', devices });
      } catch (error) {
        if (current) setVideo((now) => ({ ...now, stream: null, problem: problemOf(error) }));
      }
    };
    void open();
    return () => {
      current = false;
      letGo();
    };
  }, [device, attempt]);
  useEffect(() => {
    if (ref.current) ref.current.srcObject = video.stream;
  }, [video.stream]);
  return { ...video, ref };
}
