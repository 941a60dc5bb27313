/**
 * React 19.3 cuts a list that is on the page, all but its first child, where three things meet: a child was deleted in the
 * list's latest commit, a later rendering of its parent was given up before it came to the list (so that the list's other
 * fiber still points to the very same children), and an Activity around both is hidden: what is cleared after deletions is
 * cleared once more then. What is cut off stays in the document for good, beside what is drawn in its place.
 * Children that both fibers point to are not cleared. e2e/react.spec.ts says when React needs this no more.
 * @type {import('vite').Plugin}
 */
export const keepLists = {
  name: 'keep-lists',
  transform(code, id) {
    if (!/react-dom-client\.(production|development)\.js$/.test(id)) return null;
    const kept = code.replace(/(function detachAlternateSiblings\((\w+)\) \{)/, '$1 if ($2.alternate?.child === $2.child) return;');
    if (kept === code) throw new Error('react-dom has no detachAlternateSiblings: look at e2e/react.spec.ts, which says whether a list is still cut.');
    return { code: kept, map: null };
  },
};
