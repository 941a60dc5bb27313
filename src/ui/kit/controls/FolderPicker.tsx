import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { filesOfDrop, filesOfInput, type FolderFiles } from '../files';
import { Button } from './Button';
import css from './controls.module.css';

interface PickProps {
  children: ReactNode;
  kind?: 'plain' | 'link' | 'quiet' | 'primary';
  small?: boolean;
  label: string;
  /** Lets single files of these endings be chosen instead of a folder. */
  accept?: string;
  onFolder: (folder: FolderFiles) => void;
}

/** A button that lets the person choose a folder, or files. */
export function FolderPicker({ children, kind = 'plain', small = false, label, accept, onFolder }: PickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind={kind} small={small} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(accept === undefined ? { webkitdirectory: '' } : { accept })}
        onChange={(event) => {
          const { files } = event.target;
          if (files && files.length > 0) onFolder(filesOfInput(files));
          event.target.value = '';
        }}
      />
    </>
  );
}

/** An area that takes a dropped folder or files; an empty folder as well, since who dropped it wants to know. */
export function DropArea({ className, onFolder, children }: { className?: string; onFolder: (folder: FolderFiles) => void; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={[css.drop, over ? css.over : '', className].filter(Boolean).join(' ')}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        void filesOfDrop(event.dataTransfer).then(onFolder);
      }}
    >
      {children}
    </div>
  );
}
