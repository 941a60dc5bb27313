import ts from 'typescript';
import { expect, test } from 'vitest';

/** React draws a 0: what is left of `&&` in a drawing is no number. */
test('no number stands before && in what is drawn', () => {
  const { config } = ts.readConfigFile('src/ui/tsconfig.json', (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, 'src/ui');
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const has = (type: ts.Type, flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0;
  /** A number, or nothing: what may be anything that React draws is handed on as it is. */
  const isNumber = (type: ts.Type): boolean => {
    const some = (type.isUnion() ? type.types : [type]).filter((one) => !has(one, ts.TypeFlags.Null | ts.TypeFlags.Undefined));
    return some.length > 0 && some.every((one) => has(one, ts.TypeFlags.NumberLike));
  };
  const found: string[] = [];
  /** Checks what an expression yields when it is falsy. */
  const look = (one: ts.Expression): void => {
    if (ts.isParenthesizedExpression(one)) return look(one.expression);
    if (ts.isConditionalExpression(one)) return [one.whenTrue, one.whenFalse].forEach(look);
    if (!ts.isBinaryExpression(one) || one.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) return;
    look(one.left);
    look(one.right);
    const left = ts.isBinaryExpression(one.left) && one.left.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? one.left.right : one.left;
    if (isNumber(checker.getTypeAtLocation(left))) found.push(`${one.getSourceFile().fileName}: ${left.getText()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) look(node.expression);
    node.forEachChild(visit);
  };
  for (const file of program.getSourceFiles()) if (file.fileName.endsWith('.tsx') && !file.isDeclarationFile) visit(file);
  expect(found).toEqual([]);
}, 120_000);
