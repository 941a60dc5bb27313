export const toastWords = { undo: 'Undo', undoKey: 'Ctrl Z', redo: 'Redo', redoKey: 'Ctrl Shift Z', close: 'Close' };
