import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/**', 'lib/**', 'node_modules/**', '.cache/**', 'test-results/**', 'playwright-report/**'] },
  ...ts.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  // A test that draws other numbers each time fails once in a while.
  { files: ['src/**/*.test.ts', 'src/testing/**', 'e2e/**'], rules: { 'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Draw from a seed (adapters/init.ts, testing/checkOp.ts).' }] } },
  { files: ['src/ui/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, rules: { ...hooks.configs.recommended.rules } },
);
