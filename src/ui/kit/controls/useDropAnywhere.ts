import { useEffect } from 'react';
import { filesOfDrop, type FolderFiles } from '../files';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Files that are dropped where no part of the page takes them: the browser would leave the page to show them. */
export function useDropAnywhere(onFolder: (folder: FolderFiles) => void): void {
  useEffect(() => {
    const onDragOver = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const onDrop = (event: DragEvent) => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      void filesOfDrop(event.dataTransfer!).then(onFolder);
    };
    addEventListener('dragover', onDragOver);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onDragOver);
      removeEventListener('drop', onDrop);
    };
  }, [onFolder]);
}
